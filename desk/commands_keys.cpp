#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "desk/ceremony.h"
#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/commands_destroy.h"
#include "desk/keys_due.h"
#include "desk/site_record.h"

namespace sandyk::desk {
namespace {

using crypto::exit_usage;
using crypto::Week;

struct KeysOptions : Common {
  std::string organisation, from;
  crypto::OrganisationName name;
  unsigned weeks = 4, board_slots = 32;
};

void make_keys(const KeysOptions& o, int& exit) {
  const auto first = o.from.empty() ? std::optional(Week(crypto::Date::today())) : Week::parse(o.from);
  if (!first) {
    exit = report_problem({"--from takes a week such as 2026-W48.", exit_usage});
    return;
  }
  const NewWeeks wanted{o.organisation, o.name, *first, o.weeks, o.board_slots, o.work_factor};
  const auto made = make_weeks(Home(o.home), wanted, o.passphrases,
                               [](Week week) { show_progress("making the keys of " + week.text()); });
  show_progress("");
  if (!made) {
    exit = report_problem(made.error());
    return;
  }
  for (Week week : made->present) fmt::print("{}: has keys already, left as they are\n", week.text());
  for (const auto& file : made->made) fmt::print("{}: made\n", file.string());
  if (!made->made.empty())
    fmt::print(
        "Carry the .json files to whoever holds the root key; the .age files stay here, with two copies in "
        "two "
        "places.\n");
}

struct DueOptions {
  std::string home = "sandyk-desk", root_key;
  std::filesystem::path vault;
};

void print_due(const DueOptions& o, int& exit) {
  const Home home(o.home);
  std::vector<std::filesystem::path> places = {home.folder()};
  if (!o.vault.empty()) places.push_back(o.vault);
  const auto site = known_site(home, o.root_key, places);
  if (!site) {
    exit = report_problem(site.error());
    return;
  }
  fmt::print("{}", in_full(keys_due(home, *site, crypto::Date::today())));
}

void add_due(CLI::App& keys, int& exit) {
  auto* command =
      keys.add_subcommand("due", "Which keys are to be destroyed by when, and whether new weeks need keys");
  auto o = std::make_shared<DueOptions>();
  command->add_option("--home", o->home, "The desk's folder of keys")->capture_default_str();
  command->add_option("--vault", o->vault,
                      "An export: its keyrings say by when (default: those in the home)");
  add_root_key(command, o->root_key);
  command->callback([o, &exit] { print_due(*o, exit); });
}

}  // namespace

void add_keys(CLI::App& app, int& exit) {
  auto* keys = app.add_subcommand("keys", "An organisation's keys");
  keys->require_subcommand(1);
  auto* make = keys->add_subcommand(
      "new", "Make an organisation's keys for some weeks, each week's independent of the others");
  auto o = std::make_shared<KeysOptions>();
  add_common(make, *o);
  add_work_factor(make, *o, crypto::age::scrypt_default_log_n);
  make->add_option("--org", o->organisation, "The organisation's id: a-z, 0-9 and '-'")->required();
  make->add_option("--name-en", o->name.en, "Its name as reporters see it, in English");
  make->add_option("--name-ru", o->name.ru, "The same in Russian");
  make->add_option("--name-ky", o->name.ky, "The same in Kyrgyz");
  make->add_option("--weeks", o->weeks, "For how many weeks, 1 to 8")->capture_default_str();
  make->add_option("--from", o->from, "The first week, such as 2026-W48 (default: this one)");
  make->add_option("--board-slots", o->board_slots, "Answers that fit on its daily board")
      ->check(CLI::Range(1U, 4096U))
      ->capture_default_str();
  make->callback([o, &exit] { make_keys(*o, exit); });
  add_due(*keys, exit);
  add_destroy(*keys, exit);
  add_destroy_unread(*keys, exit);
}

}  // namespace sandyk::desk
