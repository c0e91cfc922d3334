#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "desk/case_file.h"
#include "desk/case_opening.h"
#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/list_rebuilding.h"
#include "desk/reader_child.h"
#include "report/text.h"

namespace sandyk::desk {
namespace {

using crypto::exit_done;
using crypto::exit_partly_done;

constexpr unsigned default_memory = 18;  // 2^18 KiB: 256 MiB for Argon2id

tl::expected<int, Problem> make(const Common& o) {
  if (CaseFile::exists(Home(o.home)))
    return problem("There is a case file in this home already.", crypto::exit_usage);
  const auto passphrase = ask_new_passphrase(o.passphrases, "the case file");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto cost = tuned_cost(o.work_factor);
  const auto file = CaseFile::create(Home(o.home), *passphrase, cost);
  if (!file) return tl::unexpected(file.error());
  fmt::print(
      "The case file is in {}. Each guess of its passphrase costs {} MiB and {} passes. Nobody can restore a "
      "passphrase that is forgotten.\n",
      o.home, cost.memory_kib / 1024, cost.passes);
  return exit_done;
}

tl::expected<int, Problem> check(const Common& o) {
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  const auto findings = file->check([](std::size_t done, std::size_t all) {
    if (done % 100 == 0) show_progress(fmt::format("{} of {} parts", done, all));
  });
  show_progress("");
  if (!findings) return tl::unexpected(findings.error());
  for (const std::string& finding : *findings) fmt::print("{}\n", finding);
  if (!findings->empty()) return exit_partly_done;
  const auto count = file->count();
  if (!count) return tl::unexpected(count.error());
  fmt::print("The case file is whole: {} reports, every page and every part of them can be read.\n", *count);
  return exit_done;
}

tl::expected<int, Problem> find(const Common& o, const Query& query) {
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  const auto found = file->find(query);
  if (!found) return tl::unexpected(found.error());
  for (const Found& one : *found) fmt::print("{} {}\n", one.id.hex(), report::harmless(one.first));
  fmt::print("{} found.\n", found->size());
  return exit_done;
}

tl::expected<int, Problem> rebuild(const Common& o) {
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  const auto done = rebuild_lists(*file, ReaderChild::this_program(), [](std::size_t at, std::size_t all) {
    show_progress(fmt::format("{} of {} reports", at, all));
  });
  show_progress("");
  if (!done) return tl::unexpected(done.error());
  fmt::print("{} reports are listed again; {} cannot be read.\n", done->listed, done->unreadable);
  return done->unreadable == 0 ? exit_done : exit_partly_done;
}

tl::expected<int, Problem> change_passphrase(const Common& o, const PassphraseSource& fresh) {
  const Home home(o.home);
  const auto from = ask_passphrase(o.passphrases, "the case file, as it is");
  if (!from) return tl::unexpected(from.error());
  const auto to = ask_new_passphrase(fresh, "the case file, from now on");
  if (!to) return tl::unexpected(to.error());
  if (auto done = CaseFile::change_passphrase(home, *from, *to, tuned_cost(o.work_factor)); !done)
    return tl::unexpected(done.error());
  fmt::print(
      "The case file has another passphrase. Backups from before open with the old one: make a new backup, "
      "and remove them where somebody else knows it.\n");
  return exit_done;
}

tl::expected<int, Problem> back_up(const Common& o) {
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  const auto path = file->back_up(crypto::Date::today());
  if (!path) return tl::unexpected(path.error());
  fmt::print("{}\nReports in it open with case.keys only, which is not in it.\n", path->string());
  return exit_done;
}

void say(const tl::expected<int, Problem>& done, int& exit) {
  exit = done ? *done : report_problem(done.error());
}

}  // namespace

void add_case(CLI::App& app, int& exit) {
  auto* group = app.add_subcommand("case", "The case file: everything the desk knows, under a passphrase");
  group->require_subcommand(1);
  auto o = std::make_shared<Common>();

  auto* fresh = group->add_subcommand("new", "Make the case file");
  add_common(fresh, *o);
  add_work_factor(fresh, *o, default_memory);
  fresh->get_option("--work-factor")
      ->description(
          "log2 of the KiB of memory that each guess of the passphrase costs, for about a second; less than "
          "the default is for trying out");
  fresh->callback([o, &exit] { say(make(*o), exit); });

  auto* whole =
      group->add_subcommand("check", "Read every page, row and sealed part, and say what is damaged");
  add_common(whole, *o);
  whole->callback([o, &exit] { say(check(*o), exit); });

  auto fresh_passphrase = std::make_shared<PassphraseSource>();
  auto* other = group->add_subcommand("passphrase", "Change the passphrase");
  add_common(other, *o);
  add_work_factor(other, *o, default_memory);
  other->add_option("--new-passphrase-file", fresh_passphrase->file,
                    "The new one is the first line of this file; without it it is asked for");
  other->callback([o, fresh_passphrase, &exit] { say(change_passphrase(*o, *fresh_passphrase), exit); });

  auto* copy = group->add_subcommand("backup", "Make a backup, as each import does; the newest three stay");
  add_common(copy, *o);
  copy->callback([o, &exit] { say(back_up(*o), exit); });

  auto* again =
      group->add_subcommand("rebuild", "Make anew what is listed and searched: after a backup was restored");
  add_common(again, *o);
  again->callback([o, &exit] { say(rebuild(*o), exit); });

  add_case_shares(*group, exit);
  add_casework(*group, exit);

  auto query = std::make_shared<Query>();
  auto family = std::make_shared<std::string>();
  auto* search = group->add_subcommand("find", "Search all texts; the beginning of a word is enough");
  add_common(search, *o);
  search->add_option("words", query->words, "What must be in it, in any spelling of е/ё, у/ү, о/ө, н/ң")
      ->required();
  search->add_option("--family", *family, "Only reports of this family, such as threat");
  search->callback([o, query, family, &exit] {
    if (!family->empty()) query->codes.push_back({"what", *family});
    say(find(*o, *query), exit);
  });
}

}  // namespace sandyk::desk
