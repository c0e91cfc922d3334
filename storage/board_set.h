// The boards of a vault (vault/board/<organisation>/<date>): which may come in, and which one is shown.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/board.h"
#include "storage/keyring_set.h"

namespace sandyk::storage {

/// A board that lies in the vault, as far as its header says.
struct ShelvedBoard {
  crypto::Date date;
  std::uint32_t number;
};

/// Why a board with this header may not come in beside those that lie there, for people; empty when it may.
/// Numbers never go back from a day to the next, and a day's board gives way to one of a higher number only.
std::string why_not(const crypto::BoardHeader& header, const std::vector<ShelvedBoard>& there,
                    crypto::Date today);

/// The organisation as the keyring of the board's week has it, or the last one before that names it.
const crypto::Organisation* answering(const KeyringSet& keyrings, std::string_view organisation,
                                      crypto::Date date);

/// Verifies a board file against the keyrings and against what lies in the vault; the fault says why not.
[[nodiscard]] tl::expected<crypto::Board, std::string> judge_board(
    const std::filesystem::path& vault, std::string_view organisation, crypto::ByteView board,
    std::string_view signature, const KeyringSet& keyrings, std::string_view site, crypto::Date today);

/// `<organisation>.<date>.board`: what a board is called on its way, since its bytes do not say whose it is.
struct BoardName {
  std::string organisation;
  crypto::Date date;
  static std::optional<BoardName> parse(std::string_view file_name);
  std::string text() const;
};

/// Where a board lies.
std::filesystem::path board_file(const std::filesystem::path& vault, std::string_view organisation,
                                 crypto::Date date);

/// Every board that lies in the vault, by organisation and day; unverified.
std::map<std::string, std::vector<ShelvedBoard>> shelved_boards(const std::filesystem::path& vault);

/// The boards of today and before. Immutable once read; share it as std::shared_ptr<const BoardSet>.
class BoardSet {
 public:
  BoardSet() = default;
  /// Reads and verifies those of days up to `today`. What does not verify is passed over and listed.
  static BoardSet read(const std::filesystem::path& vault, const KeyringSet& keyrings, std::string_view site,
                       crypto::Date today);

  /// The one with the highest number, or nothing.
  const crypto::Board* current(std::string_view organisation) const;
  const crypto::Board* of_day(std::string_view organisation, crypto::Date date) const;
  /// True when an organisation's last board is of a day before `today`: nobody brought a new one in time.
  bool is_stale(crypto::Date today) const;
  const std::vector<Rejected>& rejected() const { return rejected_; }
  const std::map<std::string, std::map<crypto::Date, crypto::Board>, std::less<>>& all() const {
    return boards_;
  }

 private:
  std::map<std::string, std::map<crypto::Date, crypto::Board>, std::less<>> boards_;
  std::vector<Rejected> rejected_;
};

/// Removes boards whose day is over, but for each organisation's current one and that of the day before it,
/// which somebody may be fetching.
void tidy_boards(const std::filesystem::path& vault, const BoardSet& boards);

}  // namespace sandyk::storage
