#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "desk/case_opening.h"
#include "desk/commands.h"
#include "desk/terminal.h"
#include "desk/withdrawals.h"
#include "report/text.h"

namespace sandyk::desk {
namespace {

using crypto::exit_usage;

struct WithdrawOptions : CaseCommon {
  std::string report;
  bool is_confirmed = false;
};

void print_withdrawal(const Withdrawal& one) {
  fmt::print("{} {}, imported {}. It reaches:\n",
             one.is_late ? "LATE, of a thread that was withdrawn before:"
                         : "WITHDRAWN by the reporter, rightly signed:",
             one.id.hex(), one.imported.text());
  for (const HeardReport& heard : one.reaches)
    fmt::print("  {} {} {}\n", heard.imported.text(), heard.id.hex(), report::harmless(heard.first));
}

void print_not_reached() {
  fmt::print("Not reached:\n");
  for (const auto sentence : not_reached_by_withdrawal()) fmt::print("  - {}\n", sentence);
}

tl::expected<void, Problem> list(const CaseCommon& o) {
  auto file = open_case(o);
  if (!file) return tl::unexpected(file.error());
  const auto found = withdrawals(*file);
  if (!found) return tl::unexpected(found.error());
  for (const Withdrawal& one : *found) print_withdrawal(one);
  if (found->empty())
    fmt::print("No withdrawal waits.\n");
  else
    fmt::print("Carry one out: sandyk-desk withdraw ID\n");
  return {};
}

/// Nobody destroys by a slip.
tl::expected<void, Problem> confirm(const WithdrawOptions& o) {
  if (o.is_confirmed) return {};
  const auto terminal = Terminal::open("a confirmation", "--yes");
  if (!terminal) return tl::unexpected(terminal.error());
  const auto typed =
      terminal->ask("All of this will be destroyed; nothing brings it back. Type \"withdrawn\" to go on: ");
  if (!typed) return tl::unexpected(typed.error());
  if (*typed != "withdrawn") return problem("Nothing was destroyed.", exit_usage);
  return {};
}

tl::expected<void, Problem> carry_out(const WithdrawOptions& o) {
  auto file = open_case(o);
  if (!file) return tl::unexpected(file.error());
  const auto n = find_report(*file, o.report);
  if (!n) return tl::unexpected(n.error());
  const auto waiting = withdrawals(*file);
  if (!waiting) return tl::unexpected(waiting.error());
  const auto wanted = std::ranges::find(*waiting, *n, &Withdrawal::n);
  if (wanted == waiting->end())
    return problem("That report is no withdrawal that waits: see `sandyk-desk withdrawals`.", exit_usage);
  print_withdrawal(*wanted);
  print_not_reached();
  std::fflush(stdout);  // before the terminal is asked
  if (auto sure = confirm(o); !sure) return sure;
  const auto gone = carry_out_withdrawal(*file, *n, crypto::Date::today());
  if (!gone) return tl::unexpected(gone.error());
  fmt::print("{} reports are destroyed here, and in every backup of this desk. The custody says so.\n",
             *gone);
  return {};
}

}  // namespace

void add_withdrawals(CLI::App& app, int& exit) {
  auto o = std::make_shared<CaseCommon>();
  auto* command = app.add_subcommand("withdrawals", "Reports that their reporters take back: act on each");
  add_case_common(command, *o);
  command->callback([o, &exit] {
    if (const auto done = list(*o); !done) exit = report_problem(done.error());
  });
}

void add_withdraw(CLI::App& app, int& exit) {
  auto o = std::make_shared<WithdrawOptions>();
  auto* command = app.add_subcommand(
      "withdraw", "Carry a withdrawal out: destroy every report of its thread, and log it");
  add_case_common(command, *o);
  command->add_option("withdrawal", o->report, "The id of the withdrawal, or the beginning of it")
      ->required();
  command->add_flag("--yes", o->is_confirmed, "Do not ask on the terminal");
  command->callback([o, &exit] {
    if (const auto done = carry_out(*o); !done) exit = report_problem(done.error());
  });
}

}  // namespace sandyk::desk
