#include "intake/retention_commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "crypto/seal/exit_code.h"
#include "storage/clock_guard.h"
#include "storage/export.h"
#include "storage/folder.h"
#include "storage/holds.h"
#include "storage/layout.h"
#include "storage/policy_set.h"
#include "storage/receipts.h"

namespace sandyk::intake {
namespace {

using crypto::exit_done, crypto::exit_not_done, crypto::exit_usage;
using storage::Departure, storage::GoesFor;

int complain(std::string_view sentence, int code) {
  fmt::print(stderr, "sandyk-intake: {}\n", sentence);
  return code;
}

std::string why(const Departure& departure) {
  if (departure.held_until && departure.goes <= *departure.held_until)
    return fmt::format("held until {}", departure.held_until->text());
  if (departure.reason == GoesFor::imported) return "imported by every organisation";
  return departure.lacking.empty() ? "its last day by policy; the keyring of its week is missing"
                                   : fmt::format("its last day by policy; no complete receipt of {}",
                                                 fmt::join(departure.lacking, ", "));
}

/// The day it really goes: a hold keeps it to the end of its last day.
crypto::Date day_of(const Departure& departure) {
  if (departure.held_until && departure.goes <= *departure.held_until)
    return *departure.held_until + std::chrono::days(1);
  return departure.goes;
}

void print_policy(const crypto::Policy& policy) {
  const auto& unread = policy.content().unread;
  fmt::print(
      "Policy serial {} (sha256 {}): an epoch goes {} days after its beginning at the latest; {} days after "
      "every "
      "organisation has imported it, but not before {} days.\n",
      policy.content().serial, policy.hash().hex(), unread.keep_days, unread.after_import_days,
      unread.min_days);
}

void print_plan(const std::vector<Departure>& plan, crypto::Date today, unsigned days) {
  std::size_t later = 0, shown = 0;
  for (const Departure& departure : plan) {
    if (day_of(departure) > today + std::chrono::days(days)) {
      ++later;
      continue;
    }
    ++shown;
    fmt::print("{}  {}  begun {}  {}{}\n", day_of(departure).text(), departure.facts.id.hex(),
               departure.facts.begun.text(), why(departure),
               departure.facts.is_finished ? "" : " (not finished yet)");
  }
  fmt::print("Within {} days: {}. Later: {}.\n", days, shown, later);
}

}  // namespace

int plan_retention(const std::filesystem::path& vault, const crypto::VerifyKey& root, std::uint64_t reserve,
                   unsigned days) {
  if (!storage::is_folder(vault / storage::layout::epochs))
    return complain("The folder is not a vault.", exit_usage);
  const auto today = crypto::Date::today();
  const auto policies = storage::PolicySet::read(vault / storage::layout::policy, root);
  for (const auto& rejected : policies.rejected())
    complain(fmt::format("The policy {} was passed over: {}.", rejected.name, rejected.why), exit_not_done);
  const crypto::Policy* policy = policies.in_force(today);
  if (policy == nullptr)
    return complain("No retention policy is in force: nothing is deleted.", exit_not_done);
  print_policy(*policy);
  const auto keyrings = storage::KeyringSet::read(vault / storage::layout::keyring, root);
  const auto terms = storage::with_approved_holds(policy->content(), keyrings);
  print_plan(storage::plan_departures(storage::read_facts(vault, keyrings), terms), today, days);

  std::error_code fault;
  const auto space = std::filesystem::space(vault, fault);
  if (!fault)
    fmt::print("A day's share of the disk: {} MiB.\n",
               storage::day_budget(space.available, reserve, policy->content().unread.keep_days) >> 20);
  const auto last = storage::last_day_seen(vault);
  if (last && today < *last)
    return complain(sentence(storage::ClockState::went_back, today, last), exit_not_done);
  if (last && today > *last + storage::longest_pause)
    return complain(sentence(storage::ClockState::jumped_ahead, today, last), exit_not_done);
  return exit_done;
}

int confirm_day(const std::filesystem::path& vault, const std::string& text) {
  const auto date = crypto::Date::parse(text);
  if (!date) return complain("The date is written as 2026-11-23.", exit_usage);
  if (*date != crypto::Date::today())
    return complain(
        fmt::format("This machine's clock says {}. Set it right first.", crypto::Date::today().text()),
        exit_not_done);
  const auto json = storage::write_day_confirmation(*date);
  if (const auto done =
          storage::put_into_inbox(vault, "day-" + date->text() + ".json", crypto::bytes_of(json), {});
      !done)
    return complain(fmt::format("The vault's inbox cannot be written: {}.", sentence(done.error())),
                    exit_not_done);
  fmt::print("The server will take {} for today.\n", date->text());
  return exit_done;
}

}  // namespace sandyk::intake
