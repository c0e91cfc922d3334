#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/file_opening.h"
#include "desk/keys_due.h"
#include "desk/opened_text.h"
#include "desk/receipt_giving.h"
#include "desk/site_record.h"
#include "desk/vault_opening.h"

namespace sandyk::desk {
namespace {

using crypto::exit_done;
using crypto::exit_usage;
using crypto::Week;

struct OpenOptions : Common {
  OpeningSettings settings;
  std::string organisation, language, week, root_key;
  std::filesystem::path receipts;
};

void print_summary(const OpeningSummary& summary) {
  fmt::print(
      "Epochs opened: {}. Reports: {} new, {} there before, {} sent twice, {} cover, {} with remarks. ",
      summary.epochs, summary.opened, summary.present, summary.duplicates, summary.cover, summary.remarked);
  fmt::print("Passed over: {}.\n", summary.passed_over.size());
  for (const PassedOver& entry : summary.passed_over)
    fmt::print("not opened: {}: {}\n", entry.what, entry.why);
}

tl::expected<OpeningSummary, Problem> open_path(const OpenOptions& o, Identities& identities) {
  const auto deliver = [&o](const Delivered& d) {
    show_progress("");
    fmt::print("{}", o.language.empty() ? one_line(d) : full_text(d, o.language));
  };
  std::error_code fault;
  if (std::filesystem::is_regular_file(o.settings.vault, fault)) {
    const auto week = Week::parse(o.week);
    if (!week && !o.week.empty()) return problem("--week takes a week such as 2026-W48.", exit_usage);
    return open_sealed_file(o.settings, week, identities, deliver);
  }
  return open_vault(o.settings, identities, deliver, [](std::size_t done, std::size_t known) {
    show_progress(fmt::format("{} of {} reports", done, known));
  });
}

ReceiptWish receipt_wish(const OpenOptions& o) {
  return {Home(o.home), o.settings.vault, o.organisation, o.root_key, o.receipts};
}

void open(const OpenOptions& o, int& exit) {
  auto passphrase = ask_passphrase(o.passphrases, "the week keys");
  if (!passphrase) {
    exit = report_problem(passphrase.error());
    return;
  }
  std::error_code fault;
  const bool is_vault = std::filesystem::is_directory(o.settings.vault, fault);
  tl::expected<ReceiptMeans, Problem> means;
  if (is_vault) means = receipt_means(receipt_wish(o), *passphrase);
  if (!means) {
    exit = report_problem(means.error());
    return;
  }
  Identities identities(Home(o.home), o.organisation, std::move(*passphrase));
  const auto summary = open_path(o, identities);
  show_progress("");
  if (!summary) {
    exit = report_problem(summary.error());
    return;
  }
  print_summary(*summary);
  exit = summary->exit_code();
  if (!is_vault) return;
  if (const int code = give_receipts(receipt_wish(o), summary->opened_epochs, *means); exit == exit_done)
    exit = code;
  fmt::print("{}", in_short(keys_due(Home(o.home), means->site, crypto::Date::today())));
}

}  // namespace

void add_open(CLI::App& app, int& exit) {
  auto* command =
      app.add_subcommand("open",
                         "Open an exported vault: every report into a folder of its own, and a "
                         "list of what could not be opened. Or open one sealed report that came as "
                         "a file, binary or armored");
  auto o = std::make_shared<OpenOptions>();
  add_common(command, *o);
  command->add_option("vault", o->settings.vault, "The vault, an export of it, or a sealed report as a file")
      ->required();
  command
      ->add_option("--out", o->settings.out,
                   "The folder for the opened reports, which are then in the clear there")
      ->required();
  command->add_option("--org", o->organisation, "Use only this organisation's keys");
  command->add_option("--print", o->language, "Print the reports whole, with labels in this language")
      ->check(CLI::IsMember({"en", "ru", "ky"}));
  command->add_option("--week", o->week,
                      "The week of a sealed report whose file name does not say it, such as 2026-W48");
  command->add_flag("--keep-sealed", o->settings.keep_sealed, "Keep each sealed original too, as sealed.age");
  command->add_option(
      "--receipts", o->receipts,
      "Also put the import receipts here, to be carried to the server; a copy always stays in the home");
  add_root_key(command, o->root_key);
  command->callback([o, &exit] { open(*o, exit); });
}

}  // namespace sandyk::desk
