#include "intake/board_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

#include "crypto/seal/exit_code.h"
#include "storage/board_set.h"
#include "storage/export.h"
#include "storage/folder.h"
#include "storage/layout.h"
#include "storage/signed_file.h"

namespace sandyk::intake {
namespace {

using crypto::Board;
using crypto::Date;

void say(std::string_view sentence) {
  fmt::print(stderr, "sandyk-intake: {}\n", sentence);
}

/// The names in the folder, in the order of organisations and days: numbers are compared in it.
std::vector<storage::BoardName> boards_in(const std::filesystem::path& folder) {
  std::vector<storage::BoardName> found;
  for (const std::string& name : storage::names_in(folder))
    if (auto board = storage::BoardName::parse(name)) found.push_back(std::move(*board));
  return found;  // sorted by name, which is this order
}

tl::expected<Board, std::string> read_board(const std::filesystem::path& vault,
                                            const std::filesystem::path& folder,
                                            const storage::BoardName& name,
                                            const storage::KeyringSet& keyrings,
                                            const crypto::VerifyKey& root) {
  const auto pair = storage::read_signed(folder / name.text(), crypto::board_format::max_size);
  if (!pair) return tl::unexpected(pair.error());
  auto board = storage::judge_board(vault, name.organisation, pair->json, crypto::text_of(pair->signature),
                                    keyrings, root.site(), Date::today());
  if (board && board->header().date != name.date)
    return tl::unexpected(
        fmt::format("it is of {}, and not of the day in its name", board->header().date.text()));
  return board;
}

}  // namespace

int install_boards(const std::filesystem::path& vault, const std::filesystem::path& folder,
                   const crypto::VerifyKey& root) {
  const auto names = boards_in(folder);
  if (names.empty())
    return say("There is no board in the folder: files called <organisation>.<date>.board."),
           crypto::exit_not_done;
  auto keyrings = storage::KeyringSet::read(vault / storage::layout::keyring, root);
  if (keyrings.all().empty())  // before the first start: what was installed still waits in the inbox
    keyrings = storage::KeyringSet::read(vault / storage::layout::inbox, root);
  std::vector<Board> good;
  std::map<std::string, std::vector<storage::ShelvedBoard>> together;
  for (const storage::BoardName& name : names) {
    if (name.date < Date::today()) {
      say(fmt::format("{} is passed over: its day is over.", name.text()));
      continue;
    }
    auto board = read_board(vault, folder, name, keyrings, root);
    auto& others = together[name.organisation];
    std::string why = board ? storage::why_not(board->header(), others, Date::today()) : board.error();
    if (!why.empty())
      return say(fmt::format("{} is refused: {}. No board was installed.", name.text(), why)),
             crypto::exit_unverified;
    others.push_back({board->header().date, board->header().number});
    good.push_back(std::move(*board));
  }
  if (good.empty()) return say("The days of all are over. No board was installed."), crypto::exit_unverified;

  for (const Board& board : good) {
    const storage::BoardName name{board.organisation(), board.header().date};
    const auto done = storage::leave_in_inbox(vault, name.text(), crypto::bytes_of(board.bytes()),
                                              crypto::bytes_of(board.signature()));
    if (!done)
      return say(fmt::format("{} could not be put into the vault's inbox: {}.", name.text(),
                             sentence(done.error()))),
             crypto::exit_not_done;
    fmt::print("{}  {}\n", board.hash().hex(), name.text());
  }
  const bool is_told = storage::signal_server(vault);
  fmt::print("{} in the inbox. {}\n",
             good.size() == 1 ? "1 board is" : fmt::format("{} boards are", good.size()),
             is_told ? "The server takes them now." : "The server takes them at its next start.");
  return good.size() == names.size() ? crypto::exit_done : crypto::exit_partly_done;
}

}  // namespace sandyk::intake
