#include <fmt/format.h>

#include <algorithm>

#include "audit/checks.h"
#include "audit/entry_form.h"

namespace sandyk::audit {
namespace {

using std::chrono::days;

constexpr days longest_standstill{2};
constexpr std::uint64_t seconds_a_day = 86'400;
constexpr std::uint64_t last_second = 253'402'300'799;  // of the year 9999

Check check_checkpoint(const Evidence& evidence) {
  Check check{"the log's key signed the checkpoint, and entries and tiles give its root", "", {}};
  if (!evidence.log) {
    check.looked_at = evidence.given.log_key.name();
    check.fail(evidence.log.error());
    return check;
  }
  check.looked_at = fmt::format("entries: {}", evidence.log->entries.size());
  if (evidence.pending != 0)
    check.looked_at += fmt::format(", and {} since then that nobody has signed yet", evidence.pending);
  if (evidence.given.checkpoint && evidence.noted)
    check.looked_at += fmt::format(", the given checkpoint of {}", evidence.noted->checkpoint.size);
  if (!evidence.noted) check.fail(evidence.noted.error());
  if (evidence.pending_fault) check.fail(*evidence.pending_fault);
  return check;
}

/// The day a witness says it cosigned on.
std::string day_of(std::uint64_t time) {
  if (time > last_second) return "a day that is none";
  return crypto::Date(std::chrono::sys_days(days(time / seconds_a_day))).text();
}

std::string cosigners_of(const crypto::TrustPolicy& trust, const crypto::TrustPolicy::Times& times) {
  std::string said = fmt::format("witnesses: {} of {}", times.size(), trust.witnesses().size());
  for (const auto& [name, time] : times) said += fmt::format("; {} on {}", name, day_of(time));
  return said;
}

Check check_witnesses(const Evidence& evidence) {
  constexpr std::string_view what = "as many witnesses cosigned the checkpoint as the trust file asks for";
  if (!evidence.given.trust) return not_checked(what, "needs --trust");
  if (auto lacks = without(evidence, {.log = true}, what)) return *lacks;
  if (!evidence.noted) return not_checked(what, "the given checkpoint does not verify");
  const crypto::TrustPolicy& trust = *evidence.given.trust;
  Check check{std::string(what), "", {}};
  const auto& logs = trust.logs();
  if (!logs.empty() && std::none_of(logs.begin(), logs.end(),
                                    [&](const auto& log) { return log.key == evidence.given.log_key; }))
    check.fail("the trust file is for other logs");
  const auto note = crypto::SignedNote::parse(evidence.noted->note);
  const auto times = note ? trust.cosigners(*note) : tl::unexpected(crypto::NoteFault::malformed);
  if (!times) {
    check.looked_at = count(logs.size(), "log");
    check.fail("a signature by a known witness does not fit");
    return check;
  }
  check.looked_at = cosigners_of(trust, *times);
  if (!trust.is_satisfied(*times)) check.fail("too few of them cosigned it");
  return check;
}

Check check_since(const Evidence& evidence) {
  constexpr std::string_view what = "the checkpoint seen before is the beginning of this log";
  if (!evidence.given.since) return not_checked(what, "needs --since");
  if (auto lacks = without(evidence, {.log = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  const auto& key = evidence.given.log_key;
  const auto before = crypto::verify_checkpoint(*evidence.given.since, key.name(), key);
  if (!before) {
    check.looked_at = "the note of --since";
    check.fail(fmt::format("The checkpoint seen before {}.", crypto::sentence(before.error())));
    return check;
  }
  const auto& entries = evidence.log->entries;
  check.looked_at = fmt::format("entries: {} then, {} now", before->size, entries.size());
  if (before->size > entries.size())
    check.fail("entries that it had are not there any more");
  else if (!storage::is_consistent(entries, *before))
    check.fail("entries that it had were changed");
  return check;
}

Check check_entries(const Evidence& evidence) {
  constexpr std::string_view what = "every entry is well formed, and dates never run backwards";
  if (auto lacks = without(evidence, {.log = true}, what)) return *lacks;
  Check check{std::string(what), fmt::format("entries: {}", evidence.size()), {}};
  for (const std::size_t index : evidence.unreadable) check.fail(fmt::format("entry {} is none", index));
  const Event* before = nullptr;
  for (const Event& event : evidence.events) {
    if (const auto fault = fault_of(event.entry)) check.fail(fmt::format("entry {} {}", event.index, *fault));
    if (before != nullptr && event.entry.date() < before->entry.date())
      check.fail(fmt::format("entry {} is of {}, the one before of {}", event.index,
                             event.entry.date().text(), before->entry.date().text()));
    before = &event;
  }
  return check;
}

Check check_standing_still(const Evidence& evidence) {
  constexpr std::string_view what = "the log is not standing still";
  if (!evidence.is_remote && !evidence.given.as_of)
    return not_checked(what, "a copy is as old as it is: needs a URL, or --as-of");
  if (auto lacks = without(evidence, {.log = true}, what)) return *lacks;
  Check check{std::string(what),
              fmt::format("as of {}, newest entry of {}", evidence.as_of.text(),
                          evidence.newest ? evidence.newest->text() : "no day"),
              {}};
  if (!evidence.newest || *evidence.newest + longest_standstill < evidence.as_of)
    check.fail(fmt::format("nothing was logged for more than {} days", longest_standstill.count()));
  return check;
}

}  // namespace

std::vector<Check> check_log(const Evidence& evidence) {
  return {check_checkpoint(evidence), check_witnesses(evidence), check_since(evidence),
          check_entries(evidence), check_standing_still(evidence)};
}

}  // namespace sandyk::audit
