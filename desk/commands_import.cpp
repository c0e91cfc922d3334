#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

#include "desk/case_opening.h"
#include "desk/commands.h"
#include "desk/importing.h"
#include "desk/keys_due.h"
#include "desk/log_check.h"
#include "desk/reader_child.h"
#include "desk/receipt_giving.h"
#include "desk/withdrawals.h"

namespace sandyk::desk {
namespace {

struct ImportOptions : CaseCommon {
  std::filesystem::path vault, receipts;
  std::string organisation, root_key;
};

/// `1234 of 10000 reports, 12 s left`.
class Progress {
 public:
  void operator()(std::size_t done, std::size_t known) {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - begun_;
    if (done == 0 || (done < known && since.count() - said_ < 0.2)) return;
    said_ = since.count();
    const double left = since.count() / static_cast<double>(done) * static_cast<double>(known - done);
    show_progress(fmt::format("{} of {} reports, {:.0f} s left", done, known, left));
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  double said_ = 0;
};

void print_day(crypto::Date date, const DayCounts& day) {
  fmt::print("{}: {} new, {} duplicate, {} cover, {} filler, {} damaged", date.text(), day.fresh,
             day.duplicate, day.cover, day.filler, day.damaged);
  for (const auto& [week, count] : day.needs_key) fmt::print(", {} needs key of week {}", count, week.text());
  fmt::print("\n");
}

void print_summary(const ImportSummary& summary) {
  for (const auto& [date, day] : summary.days) print_day(date, day);
  for (const PassedOver& entry : summary.passed_over)
    fmt::print("not imported: {}: {}\n", entry.what, entry.why);
  if (summary.days.empty()) fmt::print("There is no epoch in it.\n");
}

/// Said before any key is unlocked. A log that does not verify is a loud warning and stops nothing.
tl::expected<void, Problem> say_log(const ImportOptions& o) {
  const Home home(o.home);
  const auto site = known_site(home, o.root_key, {home.folder(), o.vault});
  if (!site) return tl::unexpected(site.error());
  if (!*site) {
    fmt::print("The audit log was not checked: name the site's root key with --root-key.\n");
    return {};
  }
  const auto log = check_log(**site, o.vault, crypto::Date::today());
  fmt::print(log.is_good ? stdout : stderr, "{}{}\n", log.is_good ? "" : "WARNING: ", log.say);
  return {};
}

/// What a follow-up continues, as far as it can be believed.
tl::expected<std::string, Problem> sentence_about(CaseFile& file, const crypto::ReportId& id) {
  const auto n = find_report(file, id.hex());
  if (!n) return tl::unexpected(n.error());
  const auto found = conversation_of(file, *n);
  if (!found) return tl::unexpected(found.error());
  if (!*found)
    return fmt::format(
        "{} says that it continues a report, and its signature does not fit: somebody else wrote it.",
        id.hex());
  const HeardReport& first = (*found)->heard.front();
  if (!first.is_ours)
    return fmt::format(
        "{} says that it continues {}, and is signed with another key: somebody else wrote it.", id.hex(),
        first.id.hex());
  if (first.n == *n)
    return fmt::format("follow-up {}: the report that it continues is not in the case file", id.hex());
  const auto read = std::ranges::count_if(
      (*found)->answers, [](const WrittenAnswer& answer) { return answer.confirmed.has_value(); });
  return fmt::format("follow-up {} to {}; of {} answers {} are known to be read", id.hex(), first.id.hex(),
                     (*found)->answers.size(), read);
}

/// What reporters said: whoever takes a report back comes first.
tl::expected<void, Problem> say_heard(CaseFile& file, const ImportSummary& summary) {
  const auto waiting = withdrawals(file);
  if (!waiting) return tl::unexpected(waiting.error());
  for (const Withdrawal& one : *waiting)
    fmt::print("WITHDRAWN by the reporter: {}. Act on it: sandyk-desk withdraw {}\n", one.id.hex(),
               one.id.hex().substr(0, 12));
  for (const crypto::ReportId& id : summary.followups) {
    const auto sentence = sentence_about(file, id);
    if (!sentence) return tl::unexpected(sentence.error());
    fmt::print("{}\n", *sentence);
  }
  return {};
}

tl::expected<int, Problem> bring(const ImportOptions& o) {
  if (auto said = say_log(o); !said) return tl::unexpected(said.error());
  auto file = open_case(o);
  if (!file) return tl::unexpected(file.error());
  auto passphrase = ask_passphrase(o.passphrases, "the week keys");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const ReceiptWish wish{Home(o.home), o.vault, o.organisation, o.root_key, o.receipts};
  const auto means = receipt_means(wish, *passphrase);
  if (!means) return tl::unexpected(means.error());
  const auto today = crypto::Date::today();
  if (auto backup = file->back_up(today); !backup) return tl::unexpected(backup.error());
  Identities identities(Home(o.home), o.organisation, std::move(*passphrase));
  Progress progress;
  const auto summary = import_vault({o.vault, ReaderChild::this_program(), today}, identities, *file,
                                    [&](std::size_t done, std::size_t known) { progress(done, known); });
  show_progress("");
  if (!summary) return tl::unexpected(summary.error());
  if (auto said = say_heard(*file, *summary); !said) return tl::unexpected(said.error());
  print_summary(*summary);
  const int receipts = give_receipts(wish, summary->opened_epochs, *means);
  fmt::print("{}", in_short(keys_due(Home(o.home), means->site, today)));
  const int exit = summary->exit_code();
  return exit == crypto::exit_done ? receipts : exit;
}

}  // namespace

void add_import(CLI::App& app, int& exit) {
  auto* command = app.add_subcommand(
      "import",
      "Import an exported vault into the case file: everything that opens, once, and a summary by day. "
      "What came is looked at by a process without keys, files or network");
  auto o = std::make_shared<ImportOptions>();
  add_case_common(command, *o);
  command->add_option("vault", o->vault, "The vault, or an export of it")->required();
  command->add_option("--org", o->organisation, "Use only this organisation's keys");
  command->add_option(
      "--receipts", o->receipts,
      "Also put the import receipts here, to be carried to the server; a copy always stays in the home");
  add_root_key(command, o->root_key);
  command->callback([o, &exit] {
    const auto done = bring(*o);
    exit = done ? *done : report_problem(done.error());
  });
}

}  // namespace sandyk::desk
