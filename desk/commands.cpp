#include "desk/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "desk/ceremony.h"
#include "desk/file_opening.h"
#include "desk/keyring_signing.h"
#include "desk/opened_text.h"
#include "desk/vault_opening.h"

namespace sandyk::desk {
namespace {

using crypto::exit_done;
using crypto::exit_usage;
using crypto::Week;

/// Options that several commands share.
struct Common {
  std::string home = "sandyk-desk";
  PassphraseSource passphrases;
  unsigned work_factor;
};

int report_problem(const Problem& p) {
  fmt::print(stderr, "sandyk-desk: {}\n", p.say);
  return p.exit;
}

void add_common(CLI::App* command, Common& common) {
  command->add_option("--home", common.home, "The desk's folder of keys")->capture_default_str();
  command->add_option("--passphrase-file", common.passphrases.file,
                      "Take the passphrase from the first line of this file instead of the terminal");
}

void add_work_factor(CLI::App* command, Common& common, unsigned default_value) {
  common.work_factor = default_value;
  command
      ->add_option(
          "--work-factor", common.work_factor,
          "log2 of scrypt's N for the new key files: higher is slower to guess and to open; less than "
          "the default is for trying out")
      ->check(CLI::Range(12U, 22U))
      ->capture_default_str();
}

/// A line that is written over while something long runs; nothing when nobody looks.
void show_progress(const std::string& text) {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K{}", text);
}

void add_root(CLI::App& app, int& exit) {
  auto* root = app.add_subcommand(
      "root", "The root key: signs keyrings, policy and releases, and is otherwise in a safe");
  root->require_subcommand(1);
  auto* make = root->add_subcommand("new", "Make the root key, once for a site");
  auto common = std::make_shared<Common>();
  add_common(make, *common);
  add_work_factor(make, *common, root_log_n);
  make->callback([common, &exit] {
    const Home home(common->home);
    const auto key = make_root(home, common->passphrases, common->work_factor);
    if (!key) {
      exit = report_problem(key.error());
      return;
    }
    fmt::print("Root key made: {}\nPublic half:   {}\nSite:          {}\n", home.root_secret().string(),
               key->text(), key->site());
    fmt::print(
        "Keep root.key and its passphrase apart from each other and from every network. Publish the public "
        "half "
        "on paper too: reporters compare it.\n");
  });
}

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
}

struct KeyringOptions : Common {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> https, onion;
  std::uint64_t max_class_mib = 32;
  int retention_days = 30;
  bool replace = false;
};

void sign(const KeyringOptions& o, int& exit) {
  KeyringTerms terms{o.max_class_mib * crypto::mib, std::chrono::days(o.retention_days), {}};
  for (const auto& url : o.https) terms.nodes.push_back({url, ""});
  for (const auto& url : o.onion) terms.nodes.push_back({"", url});
  const auto made = sign_keyrings(Home(o.home), o.files, terms, o.replace, o.passphrases);
  if (!made) {
    exit = report_problem(made.error());
    return;
  }
  for (const auto& keyring : *made)
    fmt::print("{}: signed for {} as {}\n", keyring.week.text(), fmt::join(keyring.organisations, ", "),
               keyring.file.string());
  fmt::print("Carry them and their .minisig files to the server: sandyk-intake keyring install FILE ...\n");
}

void add_keyring(CLI::App& app, int& exit) {
  auto* keyring = app.add_subcommand("keyring", "What tells reporters whom to seal to");
  keyring->require_subcommand(1);
  auto* command =
      keyring->add_subcommand("sign", "Sign a keyring for each week from the organisations' public files");
  auto o = std::make_shared<KeyringOptions>();
  add_common(command, *o);
  command->add_option("files", o->files, "The .json files that `keys new` made, of every organisation")
      ->required();
  command->add_option("--https", o->https,
                      "A way to reach the intake, such as https://example.org; may be repeated");
  command->add_option("--onion", o->onion, "The same over Tor, such as http://….onion; may be repeated");
  command->add_option("--max-class", o->max_class_mib, "The largest report taken, in MiB")
      ->check(CLI::IsMember({1, 2, 4, 8, 16, 32}))
      ->capture_default_str();
  command->add_option("--retention-days", o->retention_days, "The longest stay of an epoch on the server")
      ->check(CLI::Range(1, 365))
      ->capture_default_str();
  command->add_flag("--replace", o->replace, "Sign anew for a week that has a keyring");
  command->callback([o, &exit] { sign(*o, exit); });
}

struct OpenOptions : Common {
  OpeningSettings settings;
  std::string organisation, language, week;
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

void open(const OpenOptions& o, int& exit) {
  auto passphrase = ask_passphrase(o.passphrases, "the week keys");
  if (!passphrase) {
    exit = report_problem(passphrase.error());
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
}

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
  command->callback([o, &exit] { open(*o, exit); });
}

}  // namespace

void add_commands(CLI::App& app, int& exit) {
  exit = exit_done;
  add_root(app, exit);
  add_keys(app, exit);
  add_keyring(app, exit);
  add_open(app, exit);
}

}  // namespace sandyk::desk
