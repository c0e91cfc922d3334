#include <fmt/format.h>

#include <algorithm>

#include "audit/checks.h"
#include "audit/standing.h"
#include "crypto/seal/key_statement.h"
#include "storage/folder.h"
#include "storage/holds.h"
#include "storage/layout.h"
#include "storage/signed_file.h"

namespace sandyk::audit {
namespace {

namespace fs = std::filesystem;
namespace layout = storage::layout;
using crypto::EpochId;
using crypto::KeyDestroyed;
using crypto::KeyringContent;
using crypto::Organisation;

constexpr std::string_view boards_folder = "board";  // one folder in it for each organisation

bool is_logged_board(const Evidence& evidence, const std::string& organisation, crypto::Date day,
                     const crypto::Digest& hash) {
  const auto boards = evidence.events_of("board");
  return std::any_of(boards.begin(), boards.end(), [&](const Event* event) {
    return event->entry.value("organisation") == organisation && event->entry.value("day") == day.text() &&
           digest_of(event->entry, "sha256") == hash;
  });
}

/// A board is logged on its day, when it is shown; those of days to come wait.
Check check_boards(const Evidence& evidence) {
  constexpr std::string_view what = "every board that was shown is logged";
  if (auto lacks = without(evidence, {.log = true, .folder = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::size_t boards = 0, waiting = 0;
  const fs::path folder = evidence.folder / boards_folder;
  for (const std::string& organisation : storage::names_in(folder)) {
    for (const std::string& name : storage::names_in(folder / organisation)) {
      if (name.ends_with(".minisig")) continue;
      const auto day = crypto::Date::parse(name);
      if (day && evidence.as_of < *day) {
        ++waiting;
        continue;
      }
      ++boards;
      const auto hash = storage::hash_file(folder / organisation / name);
      if (!day)
        check.fail(fmt::format("{}/{}: its name is no day", organisation, name));
      else if (!hash || !is_logged_board(evidence, organisation, *day, *hash))
        check.fail(fmt::format("{}/{}: never logged", organisation, name));
    }
  }
  check.looked_at = count(boards, "board");
  if (waiting > 0) check.looked_at += fmt::format(", and {} of days to come", waiting);
  return check;
}

/// The keys of one organisation's week, and what was logged of their end.
struct WeekKeys {
  const KeyringContent& keyring;
  const Organisation& organisation;
  const Event* destroyed;  ///< the first such entry; nothing when there is none
};

const Event* destruction_of(const std::vector<const Event*>& destroyed, const KeyringContent& keyring,
                            const Organisation& organisation) {
  const auto found = std::find_if(destroyed.begin(), destroyed.end(), [&](const Event* event) {
    return event->entry.value("organisation") == organisation.id && week_of(event->entry) == keyring.week;
  });
  return found == destroyed.end() ? nullptr : *found;
}

std::vector<WeekKeys> all_keys(const Evidence& evidence) {
  std::vector<WeekKeys> all;
  const auto destroyed = evidence.events_of("key-destroyed");
  for (const auto& entry : evidence.keyrings->all()) {
    const KeyringContent& content = entry.second.content();
    for (const Organisation& organisation : content.organisations)
      all.push_back({content, organisation, destruction_of(destroyed, content, organisation)});
  }
  return all;
}

std::string name_of(const WeekKeys& keys) {
  return fmt::format("{} of {}", keys.organisation.id, keys.keyring.week.text());
}

Check check_schedule(const Evidence& evidence) {
  constexpr std::string_view what = "keys were destroyed on schedule";
  if (auto lacks = without(evidence, {.log = true, .root = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::size_t due = 0, done = 0;
  for (const WeekKeys& keys : all_keys(evidence)) {
    const crypto::Date last_day = keys.keyring.destroy_by;
    if (keys.destroyed != nullptr) ++done;
    if (last_day >= evidence.as_of) continue;
    ++due;
    if (keys.destroyed == nullptr)
      check.fail(
          fmt::format("{}: nothing says that its key was destroyed by {}", name_of(keys), last_day.text()));
    else if (keys.destroyed->entry.date() > last_day)
      check.fail(fmt::format("{}: logged as destroyed on {}, after {}", name_of(keys),
                             keys.destroyed->entry.date().text(), last_day.text()));
  }
  check.looked_at =
      fmt::format("as of {}, {} due, {} logged as destroyed", evidence.as_of.text(), count(due, "key"), done);
  return check;
}

/// The statement whose hash was logged, verified; the fault says why not.
tl::expected<KeyDestroyed, std::string> read_statement(const Evidence& evidence, const WeekKeys& keys) {
  const auto file = evidence.folder / layout::statements /
                    (keys.keyring.week.text() + "." + keys.organisation.id + ".json");
  if (!storage::is_file(file)) return tl::unexpected(std::string("its statement is not there"));
  const auto pair = storage::read_signed(file, layout::max_small_file);
  if (!pair) return tl::unexpected(pair.error());
  if (digest_of(keys.destroyed->entry, "statement") != crypto::sha256(pair->json))
    return tl::unexpected(std::string("its statement is another one than was logged"));
  auto statement = crypto::verify_key_destroyed(pair->json, crypto::text_of(pair->signature),
                                                keys.organisation.desk_key, keys.keyring.site);
  if (!statement)
    return tl::unexpected(std::string("its statement is not signed by the organisation's desk key"));
  if (statement->organisation != keys.organisation.id || statement->week != keys.keyring.week ||
      statement->recipient != crypto::sha256(crypto::bytes_of(keys.organisation.recipient.text())))
    return tl::unexpected(std::string("its statement is about another key"));
  return std::move(*statement);
}

/// Without a policy there is nobody to ask who may.
bool is_approved(const Evidence& evidence, const KeyDestroyed& statement, std::size_t index) {
  const crypto::Policy* policy = evidence.policy_at(statement.date, index);
  return policy != nullptr &&
         crypto::approved_by_two(crypto::unread_text(statement.site, statement.organisation, statement.week,
                                                     statement.unread->epochs),
                                 statement.unread->signed_by,
                                 storage::approvers(policy->content(), *evidence.keyrings), statement.site,
                                 statement.week.text());
}

/// Whether an epoch had been deleted by `day`: by the log, or by a tombstone that is not logged yet.
bool had_gone(const Evidence& evidence, const EpochId& id, const Life& life, crypto::Date day) {
  const auto stone = evidence.tombstones.find(id);
  return (!life.purged.empty() && life.purged[0].entry.date() <= day) ||
         (stone != evidence.tombstones.end() && stone->second.date <= day);
}

/// Epochs that can hold reports of that week, still there on the day of the statement, without the
/// organisation's receipt.
std::vector<EpochId> not_imported(const Evidence& evidence, const WeekKeys& keys, crypto::Date day) {
  std::vector<EpochId> missing;
  for (const auto& [id, life] : evidence.lives) {
    const auto begun = evidence.begun(id);
    if (!begun || *begun < keys.keyring.not_before || *begun > keys.keyring.accept_until) continue;
    if (had_gone(evidence, id, life, day)) continue;
    const auto facts = facts_of(evidence, id);
    if (!facts || std::none_of(facts->receipts.begin(), facts->receipts.end(), [&](const auto& receipt) {
          return receipt.organisation == keys.organisation.id && receipt.date <= day;
        }))
      missing.push_back(id);
  }
  return missing;
}

void check_statement(const Evidence& evidence, const WeekKeys& keys, Check& check) {
  const auto statement = read_statement(evidence, keys);
  if (!statement) return check.fail(fmt::format("{}: {}", name_of(keys), statement.error()));
  if (statement->date > keys.destroyed->entry.date())
    check.fail(fmt::format("{}: its statement is dated after it was logged", name_of(keys)));
  if (statement->unread && !is_approved(evidence, *statement, keys.destroyed->index))
    return check.fail(
        fmt::format("{}: two people who may did not approve that unread epochs are lost", name_of(keys)));
  for (const EpochId& epoch : not_imported(evidence, keys, statement->date)) {
    const bool is_given_up = statement->unread && std::binary_search(statement->unread->epochs.begin(),
                                                                     statement->unread->epochs.end(), epoch);
    if (!is_given_up)
      check.fail(fmt::format("{}: destroyed before {} was imported, and nobody agreed to that", name_of(keys),
                             epoch.hex()));
  }
}

Check check_statements(const Evidence& evidence) {
  constexpr std::string_view what =
      "each destroyed key has a signed statement, and was not needed any more or two people gave it up";
  if (auto lacks = without(evidence, {.log = true, .root = true, .folder = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::size_t statements = 0;
  for (const WeekKeys& keys : all_keys(evidence)) {
    if (keys.destroyed == nullptr) continue;
    ++statements;
    check_statement(evidence, keys, check);
  }
  check.looked_at = count(statements, "statement");
  return check;
}

}  // namespace

std::vector<Check> check_keys(const Evidence& evidence) {
  return {check_boards(evidence), check_schedule(evidence), check_statements(evidence)};
}

}  // namespace sandyk::audit
