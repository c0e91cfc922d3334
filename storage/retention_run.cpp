#include "storage/retention_run.h"

#include <fmt/format.h>

#include "storage/clock_guard.h"
#include "storage/deletion.h"
#include "storage/holds.h"
#include "storage/layout.h"
#include "storage/receipts.h"

namespace sandyk::storage {
namespace {

using Sentences = std::vector<std::string>;

Tombstone tombstone_of(const Departure& departure, const crypto::Policy& policy, const Mark& mark,
                       crypto::Date today) {
  const EpochFacts& facts = departure.facts;
  Tombstone tombstone{facts.id,      facts.week, facts.begun,   departure.reason, policy.content().serial,
                      policy.hash(), {},         mark.database, mark.key,         today};
  if (departure.reason == GoesFor::imported)
    for (const ReceivedReceipt& receipt : facts.receipts) tombstone.receipts.push_back(receipt.file);
  return tombstone;
}

/// Deletes one epoch; the sentence says what became of it.
std::string retire(const std::filesystem::path& vault, const Departure& departure,
                   const crypto::Policy& policy, crypto::Date today) {
  const std::string id = departure.facts.id.hex();
  const auto mark = read_mark(vault / layout::epochs / id);
  if (!mark) return fmt::format("The epoch {} is due, but its mark cannot be read; it stays for now.", id);
  if (auto done = delete_epoch(vault, tombstone_of(departure, policy, *mark, today)); !done)
    return fmt::format("The epoch {} is due and could not be deleted whole: {}. It is tried again.", id,
                       crypto::sentence(done.error()));
  return departure.reason == GoesFor::imported
             ? fmt::format("The epoch {} was deleted: every organisation has imported it.", id)
             : fmt::format(
                   "The epoch {} was deleted on its last day by policy, without every organisation's "
                   "receipt.",
                   id);
}

/// Nothing when the clock can be believed; else why not.
std::optional<std::string> why_not_now(const std::filesystem::path& vault, crypto::Date today,
                                       std::chrono::days allowed) {
  const auto last = last_day_seen(vault);
  const auto clock = see_day(vault, today, allowed);
  if (!clock)
    return fmt::format("The day could not be written down: {}. Nothing is deleted meanwhile.",
                       crypto::sentence(clock.error()));
  if (*clock == ClockState::steady) return std::nullopt;
  return sentence(*clock, today, last);
}

}  // namespace

Sentences run_retention(const std::filesystem::path& vault, const KeyringSet& keyrings,
                        const PolicySet& policies, crypto::Date today, std::chrono::days allowed) {
  Sentences said = finish_deletions(vault);
  if (const auto why = why_not_now(vault, today, allowed)) {
    said.push_back(*why);
    return said;
  }
  const crypto::Policy* policy = policies.in_force(today);
  if (policy == nullptr) {
    said.push_back("No retention policy is in force: nothing is deleted. Have one signed and install it.");
    return said;
  }
  if (policy->content().review_by < today)
    said.push_back(
        fmt::format("The retention policy was to be reviewed by {}.", policy->content().review_by.text()));
  const auto terms = with_approved_holds(policy->content(), keyrings);
  if (const auto ignored = policy->content().holds.size() - terms.holds.size(); ignored != 0)
    said.push_back(fmt::format(
        "Holds in the policy that two people did not approve, and that do not count: {}.", ignored));
  for (const crypto::Hold& hold : terms.holds)
    if (hold.review_by < today)
      said.push_back(fmt::format("The hold {} was to be reviewed by {}.", hold.id, hold.review_by.text()));
  std::vector<Departure> later;
  for (Departure& departure : plan_departures(read_facts(vault, keyrings), terms)) {
    if (departure.is_due(today))
      said.push_back(retire(vault, departure, *policy, today));
    else
      later.push_back(std::move(departure));
  }
  for (std::string& sentence : announcements(later, today)) said.push_back(std::move(sentence));
  return said;
}

}  // namespace sandyk::storage
