#include "storage/board_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/folder.h"
#include "storage/layout.h"
#include "storage/signed_file.h"

namespace sandyk::storage {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;

constexpr std::string_view suffix = ".board";
constexpr days furthest{62};  // guessed: nobody makes boards for longer ahead than two months

/// The header alone of a file in the vault, which was verified when it came in.
std::optional<crypto::BoardHeader> header_of(const fs::path& file) {
  const auto board = crypto::read_file(file, crypto::board_format::max_size);
  return board ? crypto::parse_board(*board) : std::nullopt;
}

}  // namespace

std::string why_not(const crypto::BoardHeader& header, const std::vector<ShelvedBoard>& there,
                    crypto::Date today) {
  if (header.date < today) return fmt::format("its day, {}, is over", header.date.text());
  if (today + furthest < header.date) return fmt::format("its day, {}, is too far ahead", header.date.text());
  for (const ShelvedBoard& other : there) {
    if (other.date == header.date && header.number <= other.number)
      return fmt::format("number {} is here for that day already, and numbers never go back", other.number);
    if (other.date < header.date && header.number <= other.number)
      return fmt::format("it is an older board: number {} is here for {}, and numbers never go back",
                         other.number, other.date.text());
  }
  return {};
}

const crypto::Organisation* answering(const KeyringSet& keyrings, std::string_view organisation,
                                      crypto::Date date) {
  const crypto::Organisation* found = nullptr;
  for (const auto& [week, keyring] : keyrings.all()) {
    if (crypto::Week(date) < week) break;
    for (const crypto::Organisation& one : keyring.content().organisations)
      if (one.id == organisation) found = &one;
  }
  return found;
}

tl::expected<crypto::Board, std::string> judge_board(const fs::path& vault, std::string_view organisation,
                                                     crypto::ByteView board, std::string_view signature,
                                                     const KeyringSet& keyrings, std::string_view site,
                                                     crypto::Date today) {
  const auto header = crypto::parse_board(board);
  if (!header) return tl::unexpected(std::string("it is not a board"));
  const crypto::Organisation* by = answering(keyrings, organisation, header->date);
  if (by == nullptr) return tl::unexpected(std::string("no keyring that is here names its organisation"));
  auto verified = crypto::Board::verify(board, signature, *by, site);
  if (!verified) return tl::unexpected(fmt::format("it {}", sentence(verified.error())));
  const auto file = board_file(vault, organisation, header->date);
  if (const auto same = crypto::read_file(file, crypto::board_format::max_size);
      same && crypto::text_of(*same) == verified->bytes())
    return std::move(*verified);  // once more: a crash came between taking it and clearing the inbox
  auto shelved = shelved_boards(vault);
  if (auto why = why_not(*header, shelved[std::string(organisation)], today); !why.empty())
    return tl::unexpected(std::move(why));
  return std::move(*verified);
}

std::optional<BoardName> BoardName::parse(std::string_view file_name) {
  if (!file_name.ends_with(suffix)) return std::nullopt;
  file_name.remove_suffix(suffix.size());
  const auto dot = file_name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto organisation = file_name.substr(0, dot);
  const auto date = crypto::Date::parse(file_name.substr(dot + 1));
  if (!date || !crypto::is_organisation_id(organisation)) return std::nullopt;
  return BoardName{std::string(organisation), *date};
}

std::string BoardName::text() const {
  return organisation + "." + date.text() + std::string(suffix);
}

fs::path board_file(const fs::path& vault, std::string_view organisation, crypto::Date date) {
  return vault / layout::board / organisation / date.text();
}

std::map<std::string, std::vector<ShelvedBoard>> shelved_boards(const fs::path& vault) {
  std::map<std::string, std::vector<ShelvedBoard>> found;
  for (const std::string& organisation : names_in(vault / layout::board)) {
    if (!crypto::is_organisation_id(organisation)) continue;
    for (const std::string& name : names_in(vault / layout::board / organisation)) {
      const auto date = crypto::Date::parse(name);
      const auto header = date ? header_of(board_file(vault, organisation, *date)) : std::nullopt;
      if (header) found[organisation].push_back({*date, header->number});
    }
  }
  return found;
}

BoardSet BoardSet::read(const fs::path& vault, const KeyringSet& keyrings, std::string_view site,
                        crypto::Date today) {
  BoardSet set;
  for (const auto& [organisation, shelved] : shelved_boards(vault))
    for (const ShelvedBoard& board : shelved) {
      if (today < board.date) continue;
      const auto file = board_file(vault, organisation, board.date);
      const auto pair = read_signed(file, crypto::board_format::max_size);
      const crypto::Organisation* by = answering(keyrings, organisation, board.date);
      const auto reject = [&, name = organisation + " " + board.date.text()](std::string why) {
        set.rejected_.push_back({name, std::move(why)});
      };
      if (!pair || by == nullptr) {
        reject(pair ? "no keyring that is here names its organisation" : pair.error());
        continue;
      }
      auto verified = crypto::Board::verify(pair->json, crypto::text_of(pair->signature), *by, site);
      if (!verified)
        reject(fmt::format("it {}", sentence(verified.error())));
      else if (verified->header().date != board.date)
        reject("it lies under another day's name");
      else
        set.boards_[organisation].emplace(board.date, std::move(*verified));
    }
  return set;
}

const crypto::Board* BoardSet::current(std::string_view organisation) const {
  const auto found = boards_.find(organisation);
  if (found == boards_.end()) return nullptr;
  const auto last = std::max_element(
      found->second.begin(), found->second.end(),
      [](const auto& a, const auto& b) { return a.second.header().number < b.second.header().number; });
  return &last->second;
}

const crypto::Board* BoardSet::of_day(std::string_view organisation, crypto::Date date) const {
  const auto found = boards_.find(organisation);
  if (found == boards_.end()) return nullptr;
  const auto board = found->second.find(date);
  return board == found->second.end() ? nullptr : &board->second;
}

bool BoardSet::is_stale(crypto::Date today) const {
  return std::any_of(boards_.begin(), boards_.end(),
                     [&](const auto& of_one) { return current(of_one.first)->header().date < today; });
}

void tidy_boards(const fs::path& vault, const BoardSet& boards) {
  for (const auto& [organisation, by_day] : boards.all()) {
    const crypto::Date last = boards.current(organisation)->header().date;
    for (const auto& [date, board] : by_day)
      if (date + days(1) < last) remove_signed(board_file(vault, organisation, date));
  }
}

}  // namespace sandyk::storage
