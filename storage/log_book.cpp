#include "storage/log_book.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <functional>

#include "crypto/seal/json_members.h"
#include "crypto/seal/key_statement.h"
#include "storage/board_set.h"
#include "storage/epoch_files.h"
#include "storage/folder.h"
#include "storage/holds.h"
#include "storage/layout.h"
#include "storage/tombstone.h"

namespace sandyk::storage {
namespace {

namespace fs = std::filesystem;
using Values = LogEntry::Values;

/// An entry of ours is always fit to be written; anything else is our mistake.
LogEntry make_entry(std::string type, Values values, crypto::Date today) {
  values.emplace("date", today.text());
  auto entry = LogEntry::make(std::move(type), std::move(values));
  if (!entry) std::abort();
  return std::move(*entry);
}

/// What makes an entry the only one of its kind; empty for what may be logged again when it changes.
std::string subject_of(const LogEntry& entry) {
  constexpr std::string_view one_key[] = {"epoch", "statement", "hold"};
  std::string subject;
  for (const auto key : one_key)
    if (const auto value = entry.value(key)) subject = *value;
  if (entry.type() == "hold") return subject + " " + std::string(entry.value("until").value_or(""));
  if (entry.type() == "board" || (subject.empty() && (entry.type() == "keyring" || entry.type() == "policy")))
    subject = entry.value("sha256").value_or("");
  return subject;
}

/// The bodies of a log, gathered while the vault is walked through.
class Gathering {
 public:
  using Has = std::function<bool(std::string_view, std::string_view)>;
  Gathering(Has has, crypto::Date today) : has_(std::move(has)), today_(today) {}

  void add(std::string_view type, std::string_view subject, const std::function<Values()>& values) {
    if (!has_(type, subject)) entries_.push_back(make_entry(std::string(type), values(), today_));
  }
  bool has(std::string_view type, std::string_view subject) const { return has_(type, subject); }
  std::vector<LogEntry> take() { return std::move(entries_); }

 private:
  Has has_;
  crypto::Date today_;
  std::vector<LogEntry> entries_;
};

void gather_rules(const KeyringSet& keyrings, const PolicySet& policies, Gathering& out) {
  for (const auto& [week, keyring] : keyrings.all()) {
    const std::string hash = keyring.hash().hex();
    out.add("keyring", hash, [&, w = week] {
      return Values{{"serial", std::to_string(keyrings.of_week(w)->content().serial)},
                    {"sha256", hash},
                    {"week", w.text()}};
    });
  }
  for (const auto& entry : policies.all()) {
    const auto& content = entry.second.content();
    const std::string hash = entry.second.hash().hex(), serial = std::to_string(content.serial);
    out.add("policy", hash, [&] { return Values{{"serial", serial}, {"sha256", hash}}; });
    for (const crypto::Hold& hold : approved_holds(content, keyrings))
      out.add("hold", hold.id + " " + hold.until.text(), [&] {
        return Values{{"hold", hold.id},
                      {"epochs", crypto::joined(hold.epochs)},
                      {"until", hold.until.text()},
                      {"serial", serial}};
      });
  }
}

void put_hash(Values& values, const char* key, const std::optional<crypto::Digest>& hash) {
  if (hash) values.emplace(key, hash->hex());
}

std::optional<crypto::Digest> hash_if_there(const fs::path& file) {
  const auto hash = hash_file(file);
  return hash ? std::optional(*hash) : std::nullopt;
}

void gather_epoch(const fs::path& folder, const EpochInfo& info, Gathering& out) {
  const std::string id = info.id.hex();
  out.add("epoch-opened", id, [&] {
    Values values{{"epoch", id}, {"week", info.week.text()}, {"keyring", info.keyring.hex()}};
    put_hash(values, "key", hash_if_there(folder / layout::key));
    put_hash(values, "key-copy", hash_if_there(folder / layout::key_copy));
    return values;
  });
  if (info.state == EpochInfo::State::open) return;
  const bool is_closed = info.state == EpochInfo::State::closed;
  const std::string_view type = is_closed ? "epoch-closed" : "epoch-unclean";
  if (out.has(type, id)) return;
  const auto mark = read_mark(folder);
  if (!mark) return;
  out.add(type, id, [&] {
    Values values{{"epoch", id}, {"database", mark->database.hex()}};
    put_hash(values, "key", mark->key);
    put_hash(values, "log", mark->log);
    if (is_closed) values.emplace("compacted", mark->is_compacted ? "yes" : "no");
    return values;
  });
}

void gather_epochs(const fs::path& vault, const std::string& open_epoch, Gathering& out) {
  const auto epochs = vault / layout::epochs;
  for (const std::string& name : names_in(epochs)) {
    // While it is being deleted its files tell nothing any more.
    if (is_file(vault / layout::tombstones / (name + ".json"))) continue;
    const auto info = read_epoch_info(epochs / name);
    if (info && (info->state != EpochInfo::State::open || name == open_epoch))
      gather_epoch(epochs / name, *info, out);
  }
}

void gather_purges(const fs::path& vault, Gathering& out) {
  for (const Tombstone& stone : read_tombstones(vault)) {
    const std::string id = stone.epoch.hex();
    if (is_folder(vault / layout::epochs / id)) continue;  // not gone yet
    out.add("purge", id, [&] {
      Values values{{"epoch", id},
                    {"reason", std::string(word_of(stone.reason))},
                    {"serial", std::to_string(stone.policy_serial)}};
      std::vector<std::string> receipts;
      for (const crypto::Digest& receipt : stone.receipts) receipts.push_back(receipt.hex());
      if (!receipts.empty()) values.emplace("receipts", fmt::format("{}", fmt::join(receipts, ",")));
      return values;
    });
  }
}

void gather_statements(const fs::path& vault, Gathering& out) {
  for (const std::string& name : names_in(vault / layout::statements)) {
    const auto file = vault / layout::statements / name;
    if (!name.ends_with(".json") || !is_file(file)) continue;
    const auto json = crypto::read_file(file, layout::max_small_file);
    const auto statement = json ? crypto::parse_key_destroyed(*json) : std::nullopt;
    if (!statement) continue;
    const std::string hash = crypto::sha256(*json).hex();
    out.add("key-destroyed", hash, [&] {
      return Values{
          {"organisation", statement->organisation}, {"week", statement->week.text()}, {"statement", hash}};
    });
  }
}

/// A board is logged on its day, when it is shown, and not when it is brought: when staff came is nobody's
/// business.
void gather_boards(const fs::path& vault, crypto::Date today, Gathering& out) {
  for (const auto& [organisation, shelved] : shelved_boards(vault))
    for (const ShelvedBoard& board : shelved) {
      if (today < board.date) continue;
      const auto hash = hash_if_there(board_file(vault, organisation, board.date));
      if (!hash) continue;
      out.add("board", hash->hex(), [&, of = organisation] {
        return Values{{"organisation", of},
                      {"day", board.date.text()},
                      {"number", std::to_string(board.number)},
                      {"sha256", hash->hex()}};
      });
    }
}

}  // namespace

void LogBook::add(const LogEntry& entry) {
  if (entry.type() == "software") current_["software"] = entry.value("sha256").value_or("");
  if (entry.type() == "page")
    current_["page " + std::string(entry.value("language").value_or(""))] =
        entry.value("sha256").value_or("");
  if (const auto subject = subject_of(entry); !subject.empty()) logged_.insert(entry.type() + " " + subject);
}

bool LogBook::has(std::string_view type, std::string_view what) const {
  return logged_.contains(std::string(type) + " " + std::string(what));
}

std::vector<LogEntry> LogBook::missing(const fs::path& vault, const KeyringSet& keyrings,
                                       const PolicySet& policies, const Software& software,
                                       crypto::Date today, const std::string& open_epoch) const {
  Gathering out([this](std::string_view type, std::string_view what) { return has(type, what); }, today);
  const auto differs = [this](const std::string& what, const std::string& hash) {
    const auto found = current_.find(what);
    return found == current_.end() || found->second != hash;
  };
  if (software.program && differs("software", software.program->hex()))
    out.add("software", {}, [&] {
      return Values{{"version", software.version}, {"sha256", software.program->hex()}};
    });
  for (const auto& entry : software.pages) {
    const std::string hash = entry.second.hex();
    if (differs("page " + entry.first, hash))
      out.add("page", {}, [&] { return Values{{"language", entry.first}, {"sha256", hash}}; });
  }
  gather_rules(keyrings, policies, out);
  gather_epochs(vault, open_epoch, out);
  gather_purges(vault, out);
  gather_statements(vault, out);
  gather_boards(vault, today, out);
  return out.take();
}

}  // namespace sandyk::storage
