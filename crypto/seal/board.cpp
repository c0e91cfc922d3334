#include "crypto/seal/board.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/signed_fault.h"

namespace sandyk::crypto {
namespace {

using namespace board_format;

constexpr std::string_view magic = "SANDYKB1";
constexpr std::uint32_t last_day = 2932896;  // 9999-12-31: the last that our dates can write

std::uint32_t number_at(ByteView bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | bytes[at + i];
  return number;
}

void put_number(std::span<std::uint8_t, 4> out, std::uint32_t number) {
  for (int i = 3; i >= 0; --i, number >>= 8)
    out[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(number);
}

}  // namespace

std::optional<BoardHeader> parse_board(ByteView board) {
  if (board.size() < header_size || board.size() > max_size) return std::nullopt;
  const ByteView header = board.first(header_size), rest = header.subspan(20);
  if (text_of(header.first(magic.size())) != magic) return std::nullopt;
  if (!std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; }))
    return std::nullopt;
  const std::uint32_t number = number_at(header, 8), day = number_at(header, 12),
                      slots = number_at(header, 16);
  if (day > last_day || slots == 0 || slots > max_slots || board.size() != board_size(slots))
    return std::nullopt;
  return BoardHeader{number, Date(std::chrono::sys_days(std::chrono::days(day))), slots};
}

std::array<std::uint8_t, header_size> write_board_header(const BoardHeader& header) {
  std::array<std::uint8_t, header_size> out{};
  std::copy(magic.begin(), magic.end(), out.begin());
  const std::span<std::uint8_t, header_size> bytes(out);
  put_number(bytes.subspan<8, 4>(), header.number);
  put_number(bytes.subspan<12, 4>(),
             static_cast<std::uint32_t>(header.date.day().time_since_epoch().count()));
  put_number(bytes.subspan<16, 4>(), header.slots);
  return out;
}

tl::expected<Board, BoardFault> Board::verify(ByteView board, std::string_view signature_file,
                                              const Organisation& organisation, std::string_view site) {
  if (board.size() > max_size) return tl::unexpected(BoardFault::malformed);
  const auto mark = crypto::verify(organisation.answer_key, board, signature_file, SignedKind::board, site);
  if (!mark) return tl::unexpected(fault_of<BoardFault>(mark.error()));
  const auto header = parse_board(board);
  if (!header) return tl::unexpected(BoardFault::malformed);
  if (header->slots != organisation.board_slots) return tl::unexpected(BoardFault::wrong_slots);
  if (header->date.text() != *mark) return tl::unexpected(BoardFault::wrong_date);
  return Board(*header, organisation.id, board, signature_file);
}

ByteView Board::slot(unsigned at) const {
  if (at >= header_.slots) std::abort();
  return bytes_of(bytes_).subspan(header_size + at * slot_size, slot_size);
}

std::string_view sentence(BoardFault fault) {
  switch (fault) {
    case BoardFault::malformed_signature:
      return "has no signature that can be read";
    case BoardFault::other_key:
      return "is signed with another key than the organisation's answer key";
    case BoardFault::wrong_signature:
      return "was changed after it was signed";
    case BoardFault::other_kind:
      return "is signed as something other than a board";
    case BoardFault::other_site:
      return "is one of another site";
    case BoardFault::malformed:
      return "is not a board that this version can read";
    case BoardFault::wrong_slots:
      return "has another number of slots than the keyring says";
    case BoardFault::wrong_date:
      return "is signed for another day than it says";
  }
  std::abort();
}

}  // namespace sandyk::crypto
