#include "audit/standing.h"

#include <algorithm>
#include <cstdlib>

#include "storage/holds.h"
#include "storage/receipts.h"

namespace sandyk::audit {
namespace {

using std::chrono::days;
using storage::Departure;

constexpr days grace{1};  // the round is made once a day, and is logged after it

/// What the log says of the files of a finished epoch: what a receipt has to repeat.
std::optional<storage::Mark> logged_mark(const Life& life) {
  if (life.ended.size() != 1) return std::nullopt;
  const auto& entry = life.ended[0].entry;
  const auto database = digest_of(entry, "database");
  if (!database) return std::nullopt;
  return storage::Mark{*database, digest_of(entry, "key"), digest_of(entry, "log")};
}

Standing stand(Departure departure, const crypto::PolicyContent& policy, crypto::Date as_of) {
  crypto::Date goes = departure.goes;
  crypto::Date last_day = departure.facts.begun + days(policy.unread.keep_days);
  if (const auto& held = departure.held_until) {
    goes = std::max(goes, *held + days(1));
    last_day = std::max(last_day, *held + days(1));
  }
  Class what = departure.reason == storage::GoesFor::imported ? Class::imported : Class::waiting;
  if (last_day + grace < as_of)
    what = Class::overdue;
  else if (departure.held_until && as_of <= *departure.held_until)
    what = Class::held;
  return {std::move(departure), goes, last_day, what};
}

}  // namespace

std::string_view word_of(Class what) {
  switch (what) {
    case Class::waiting:
      return "waiting for import";
    case Class::imported:
      return "imported";
    case Class::held:
      return "held";
    case Class::overdue:
      return "overdue";
  }
  std::abort();
}

std::optional<storage::EpochFacts> facts_of(const Evidence& evidence, const crypto::EpochId& epoch) {
  const auto life = evidence.lives.find(epoch);
  const auto begun = evidence.begun(epoch);
  if (life == evidence.lives.end() || life->second.opened.empty() || !begun) return std::nullopt;
  const auto week = week_of(life->second.opened[0].entry);
  if (!week) return std::nullopt;
  storage::EpochFacts facts{epoch, *week, *begun, !life->second.ended.empty(), {}, {}};
  const crypto::Keyring* keyring = evidence.keyrings ? evidence.keyrings->of_week(*week) : nullptr;
  if (keyring == nullptr) return facts;
  for (const auto& organisation : keyring->content().organisations)
    facts.organisations.push_back(organisation.id);
  const storage::EpochInfo info{epoch, *week, keyring->hash(), *begun, storage::EpochInfo::State::closed};
  if (const auto mark = logged_mark(life->second))
    facts.receipts = storage::receipts_of(evidence.folder, info, *mark, *keyring);
  return facts;
}

std::vector<Standing> standings(const Evidence& evidence) {
  std::vector<Standing> all;
  const crypto::Policy* policy = evidence.policy_at(evidence.as_of, evidence.size());
  if (!evidence.log || policy == nullptr || !evidence.keyrings) return all;
  const auto terms = storage::with_approved_holds(policy->content(), *evidence.keyrings);
  for (const auto& entry : evidence.lives) {
    if (evidence.has_gone(entry.first)) continue;
    if (auto facts = facts_of(evidence, entry.first))
      all.push_back(stand(storage::departure_of(std::move(*facts), terms), terms, evidence.as_of));
  }
  std::sort(all.begin(), all.end(), [](const Standing& a, const Standing& b) {
    return std::pair(a.goes, a.departure.facts.id) < std::pair(b.goes, b.departure.facts.id);
  });
  return all;
}

}  // namespace sandyk::audit
