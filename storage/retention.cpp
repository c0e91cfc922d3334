#include "storage/retention.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace sandyk::storage {
namespace {

using crypto::Date;
using std::chrono::days;

/// The end of the longest hold that names the epoch.
std::optional<Date> held_until(const crypto::EpochId& epoch, const std::vector<crypto::Hold>& holds) {
  std::optional<Date> until;
  for (const crypto::Hold& hold : holds) {
    if (std::find(hold.epochs.begin(), hold.epochs.end(), epoch) == hold.epochs.end()) continue;
    if (!until || *until < hold.until) until = hold.until;
  }
  return until;
}

std::vector<std::string> lacking_in(const EpochFacts& facts) {
  std::vector<std::string> lacking;
  for (const std::string& organisation : facts.organisations)
    if (std::none_of(facts.receipts.begin(), facts.receipts.end(),
                     [&](const ReceivedReceipt& r) { return r.organisation == organisation; }))
      lacking.push_back(organisation);
  return lacking;
}

}  // namespace

std::string_view word_of(GoesFor reason) {
  switch (reason) {
    case GoesFor::imported:
      return "imported";
    case GoesFor::unread:
      return "unread";
  }
  std::abort();
}

Departure departure_of(EpochFacts facts, const crypto::PolicyContent& policy) {
  auto lacking = lacking_in(facts);
  const auto hold = held_until(facts.id, policy.holds);
  const Date last_day = facts.begun + days(policy.unread.keep_days);
  Departure departure{std::move(facts), last_day, GoesFor::unread, hold, std::move(lacking)};
  const EpochFacts& f = departure.facts;
  // Without the week's keyring nobody can say who must have imported it.
  if (f.organisations.empty() || !departure.lacking.empty()) return departure;
  const auto last =
      std::max_element(f.receipts.begin(), f.receipts.end(),
                       [](const ReceivedReceipt& a, const ReceivedReceipt& b) { return a.date < b.date; });
  const Date after_import = last->date + days(policy.unread.after_import_days);
  departure.goes = std::min(last_day, std::max(f.begun + days(policy.unread.min_days), after_import));
  departure.reason = GoesFor::imported;
  return departure;
}

std::vector<Departure> plan_departures(std::vector<EpochFacts> epochs, const crypto::PolicyContent& policy) {
  std::vector<Departure> plan;
  for (EpochFacts& facts : epochs) plan.push_back(departure_of(std::move(facts), policy));
  std::sort(plan.begin(), plan.end(), [](const Departure& a, const Departure& b) {
    return std::pair(a.goes, a.facts.id) < std::pair(b.goes, b.facts.id);
  });
  return plan;
}

std::vector<std::string> announcements(std::span<const Departure> plan, Date today) {
  std::map<Date, std::pair<std::size_t, std::set<std::string>>> by_day;
  for (const Departure& departure : plan) {
    if (departure.reason != GoesFor::unread || departure.goes > today + announced_ahead) continue;
    if (departure.held_until && departure.goes <= *departure.held_until) continue;
    auto& [count, lacking] = by_day[departure.goes];
    ++count;
    lacking.insert(departure.lacking.begin(), departure.lacking.end());
  }
  std::vector<std::string> sentences;
  for (const auto& [day, what] : by_day)
    sentences.push_back(
        fmt::format("On {} {} deleted by policy without having been imported by {}.", day.text(),
                    what.first == 1 ? "an epoch is" : fmt::format("{} epochs are", what.first),
                    what.second.empty() ? "anybody: the keyring of its week is missing"
                                        : fmt::format("{}", fmt::join(what.second, ", "))));
  return sentences;
}

std::uint64_t day_budget(std::uint64_t free, std::uint64_t reserve, unsigned keep_days) {
  return free <= reserve ? 0 : (free - reserve) / (keep_days + 7);
}

}  // namespace sandyk::storage
