#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/checks.h"
#include "audit/standing.h"
#include "storage/holds.h"

namespace sandyk::audit {
namespace {

using crypto::EpochId;
using std::chrono::days;
using storage::Tombstone;

std::vector<std::string> texts_of(const std::vector<crypto::Digest>& hashes) {
  std::vector<std::string> texts;
  for (const crypto::Digest& hash : hashes) texts.push_back(hash.hex());
  return texts;
}

/// What a tombstone says otherwise than the log; nothing when they agree.
std::optional<std::string> disagreement(const Evidence& evidence, const Tombstone& stone, const Life& life) {
  const storage::LogEntry& purge = life.purged[0].entry;
  if (purge.value("reason") != word_of(stone.reason) || serial_of(purge) != stone.policy_serial ||
      parts_of(purge, "receipts") != texts_of(stone.receipts))
    return "its tombstone gives another reason, policy or receipts than the log";
  if (purge.date() < stone.date) return "was logged as deleted before the day on its tombstone";
  if (!life.opened.empty() && week_of(life.opened[0].entry) != stone.week)
    return "its tombstone names another week than the log";
  if (!life.ended.empty() && (digest_of(life.ended[0].entry, "database") != stone.database ||
                              digest_of(life.ended[0].entry, "key") != stone.key))
    return "its tombstone names other files than the log";
  const crypto::Policy* policy =
      evidence.policies ? evidence.policies->of_serial(stone.policy_serial) : nullptr;
  if (policy != nullptr && policy->hash() != stone.policy)
    return "its tombstone names another policy of that serial";
  return std::nullopt;
}

Check check_tombstones(const Evidence& evidence) {
  constexpr std::string_view what = "what was deleted has a tombstone that agrees with the log, and is gone";
  if (auto lacks = without(evidence, {.log = true, .folder = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::size_t purged = 0;
  for (const auto& [id, life] : evidence.lives) {
    if (life.purged.empty()) continue;
    ++purged;
    const auto stone = evidence.tombstones.find(id);
    if (stone == evidence.tombstones.end())
      check.fail(fmt::format("{}: logged as deleted, and has no tombstone", id.hex()));
    else if (const auto what_differs = disagreement(evidence, stone->second, life))
      check.fail(fmt::format("{}: {}", id.hex(), *what_differs));
    if (evidence.stored.contains(id))
      check.fail(fmt::format("{}: logged as deleted, and still there", id.hex()));
  }
  for (const auto& [id, stone] : evidence.tombstones) {
    const auto life = evidence.lives.find(id);
    if (life != evidence.lives.end() && !life->second.purged.empty()) continue;
    if (evidence.stored.contains(id))
      check.fail(fmt::format("{}: has a tombstone, and is still there", id.hex()));
    else if (evidence.newest && stone.date < *evidence.newest)
      check.fail(fmt::format("{}: has a tombstone of {}, and its deletion was never logged", id.hex(),
                             stone.date.text()));
  }
  check.looked_at = fmt::format("deleted: {}, tombstones: {}", purged, evidence.tombstones.size());
  return check;
}

/// How many went later than the policy of their serial says: they have gone, which is what counts.
std::size_t late_ones(const Evidence& evidence) {
  std::size_t late = 0;
  for (const auto& [id, life] : evidence.lives) {
    const auto begun = evidence.begun(id);
    const auto serial = life.purged.empty() ? std::nullopt : serial_of(life.purged[0].entry);
    const crypto::Policy* policy = serial ? evidence.policies->of_serial(*serial) : nullptr;
    if (begun && policy != nullptr &&
        *begun + days(policy->content().unread.keep_days + 1) < life.purged[0].entry.date())
      ++late;
  }
  return late;
}

Check check_overdue(const Evidence& evidence) {
  constexpr std::string_view what = "nothing is overdue: whatever is past its last day has gone";
  if (auto lacks = without(evidence, {.log = true, .root = true}, what)) return *lacks;
  if (evidence.policy_at(evidence.as_of, evidence.size()) == nullptr)
    return not_checked(what, fmt::format("no logged policy is in force on {}", evidence.as_of.text()));
  Check check{std::string(what), "", {}};
  std::size_t held = 0;
  const auto all = standings(evidence);
  for (const Standing& standing : all) {
    if (standing.what == Class::held) ++held;
    if (standing.what != Class::overdue) continue;
    check.fail(fmt::format("{}: begun on {}, should have gone on {}", standing.departure.facts.id.hex(),
                           standing.departure.facts.begun.text(), standing.last_day.text()));
  }
  check.looked_at = fmt::format("as of {}, {} not gone, {} held; {} went late", evidence.as_of.text(),
                                count(all.size(), "epoch"), held, late_ones(evidence));
  return check;
}

/// The day a deletion was made: on its tombstone, if that is not later than it was logged.
crypto::Date day_of_deletion(const Evidence& evidence, const EpochId& id, const Event& purge) {
  const auto stone = evidence.tombstones.find(id);
  return stone == evidence.tombstones.end() ? purge.entry.date()
                                            : std::min(stone->second.date, purge.entry.date());
}

/// Leaves the receipts that the deletion was logged with; false when one of those is not there.
bool keep_logged_receipts(storage::EpochFacts& facts, const storage::LogEntry& purge) {
  const auto listed = parts_of(purge, "receipts");
  const auto is_other = [&](const storage::ReceivedReceipt& receipt) {
    return std::find(listed.begin(), listed.end(), receipt.file.hex()) == listed.end();
  };
  facts.receipts.erase(std::remove_if(facts.receipts.begin(), facts.receipts.end(), is_other),
                       facts.receipts.end());
  return facts.receipts.size() == listed.size();
}

/// Why a deletion was not right by the policy that it names; nothing when it was.
std::optional<std::string> objection(const Evidence& evidence, const EpochId& id, const Event& purge) {
  const auto day = day_of_deletion(evidence, id, purge);
  const auto serial = serial_of(purge.entry);
  const crypto::Policy* policy = evidence.policy_at(day, purge.index);
  if (policy == nullptr) return fmt::format("deleted on {}, when no logged policy was in force", day.text());
  if (serial != policy->content().serial)
    return fmt::format("deleted under a policy that was not in force: serial {} was",
                       policy->content().serial);
  auto facts = facts_of(evidence, id);
  if (!facts) return "deleted, and the log does not say when it was begun";
  if (!keep_logged_receipts(*facts, purge.entry)) return "a receipt that it went for is not there or wrong";
  const auto terms = storage::with_approved_holds(policy->content(), *evidence.keyrings);
  const auto departure = storage::departure_of(std::move(*facts), terms);
  if (purge.entry.value("reason") != word_of(departure.reason))
    return fmt::format("deleted as {}, and it was {}", purge.entry.value("reason").value_or("?"),
                       word_of(departure.reason));
  if (day < departure.goes)
    return fmt::format("deleted on {}, and was to stay until {}", day.text(), departure.goes.text());
  if (departure.held_until && day <= *departure.held_until)
    return fmt::format("deleted on {}, and was held until {}", day.text(), departure.held_until->text());
  return std::nullopt;
}

Check check_early(const Evidence& evidence) {
  constexpr std::string_view what = "nothing went early: each deletion was right by the policy in force";
  if (auto lacks = without(evidence, {.log = true, .root = true, .folder = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::size_t deletions = 0, imported = 0;
  for (const auto& [id, life] : evidence.lives) {
    for (const Event& purge : life.purged) {
      ++deletions;
      if (purge.entry.value("reason") == word_of(storage::GoesFor::imported)) ++imported;
      if (const auto why = objection(evidence, id, purge)) check.fail(fmt::format("{}: {}", id.hex(), *why));
    }
  }
  check.looked_at =
      fmt::format("{}: {} imported, {} unread", count(deletions, "deletion"), imported, deletions - imported);
  return check;
}

}  // namespace

std::vector<Check> check_deletions(const Evidence& evidence) {
  return {check_tombstones(evidence), check_overdue(evidence), check_early(evidence)};
}

}  // namespace sandyk::audit
