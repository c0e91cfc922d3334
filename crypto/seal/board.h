// An organisation's board of one day: slots of one size, some of which hold answers that only a receipt code
// finds (docs/formats.md, "Board"). Here is what needs no key but the organisation's public one.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/keyring.h"

namespace sandyk::crypto {

namespace board_format {
inline constexpr std::size_t header_size = 64, slot_size = 2048;
inline constexpr std::size_t tag_size = 16, nonce_size = 24, mac_size = 16, length_size = 2,
                             signature_size = 64;
inline constexpr std::size_t plain_size = slot_size - tag_size - nonce_size - mac_size;
inline constexpr std::size_t max_text = plain_size - length_size - signature_size;  ///< bytes in one slot
inline constexpr unsigned max_slots = 4096, slots_per_thread = 8;
inline constexpr std::size_t max_size = header_size + std::size_t{max_slots} * slot_size;
}  // namespace board_format

/// Bytes of a board of so many slots.
constexpr std::size_t board_size(unsigned slots) {
  return board_format::header_size + std::size_t{slots} * board_format::slot_size;
}

struct BoardHeader {
  std::uint32_t number;  ///< counts up from board to board of one organisation
  Date date;
  unsigned slots;
  bool operator==(const BoardHeader&) const = default;
};

/// Reads the header of a board that is as long as it says; nothing for any other bytes. Who signed it is
/// another question.
std::optional<BoardHeader> parse_board(ByteView board);

/// The header's 64 bytes. The date must be one that `Date::parse` reads.
std::array<std::uint8_t, board_format::header_size> write_board_header(const BoardHeader& header);

enum class BoardFault {
  malformed_signature,
  other_key,
  wrong_signature,
  other_kind,
  other_site,
  malformed,    ///< signed, but not a board
  wrong_slots,  ///< another number of slots than the keyring says
  wrong_date,   ///< the signature names another day
};
/// One sentence's end for people: "… is signed with another key …".
std::string_view sentence(BoardFault fault);

/// A board that its organisation signed; only `verify` makes one.
class Board {
 public:
  /// The organisation is as in a keyring of the site.
  [[nodiscard]] static tl::expected<Board, BoardFault> verify(ByteView board, std::string_view signature_file,
                                                              const Organisation& organisation,
                                                              std::string_view site);

  const BoardHeader& header() const { return header_; }
  const std::string& organisation() const { return organisation_; }
  /// The signed bytes and the signature file, to pass on unchanged.
  const std::string& bytes() const { return bytes_; }
  const std::string& signature() const { return signature_; }
  ByteView slot(unsigned at) const;
  Digest hash() const { return sha256(bytes_of(bytes_)); }

 private:
  Board(BoardHeader header, std::string organisation, ByteView bytes, std::string_view signature)
      : header_(header),
        organisation_(std::move(organisation)),
        bytes_(text_of(bytes)),
        signature_(signature) {}

  BoardHeader header_;
  std::string organisation_, bytes_, signature_;
};

}  // namespace sandyk::crypto
