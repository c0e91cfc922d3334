// sandyk-intake: takes sealed reports over HTTPS and keeps them. It has no key that opens one, and no code
// that would.
#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/file.h"
#include "crypto/seal/process.h"
#include "intake/board_command.h"
#include "intake/commands.h"
#include "intake/log_key_command.h"
#include "intake/retention_commands.h"
#include "intake/serve.h"

namespace {

using namespace sandyk;

using crypto::exit_done, crypto::exit_usage;
constexpr std::size_t max_config_file = 64 * 1024;
constexpr const char* teaching = R"(
Begin:
  sandyk-intake install 2026-W48.json policy.json --vault VAULT --root-key root.pub
  sandyk-intake serve --vault VAULT --root-key root.pub --cert cert.pem --key key.pem
Sign the audit log, with a key that stands outside the vault:
  sandyk-intake log-key new log.key --root-key root.pub
  sandyk-intake serve --log-key log.key ...
Show the answers that the desk brings, one board a day:
  sandyk-intake board install /media/usb/boards --vault VAULT --root-key root.pub
or write the flags into a file, one "key = value" a line without the dashes:
  sandyk-intake serve --config intake.conf
Take finished epochs to the desk:
  sandyk-intake export /media/usb --vault VAULT

SIGTERM stops cleanly; SIGHUP applies the vault's inbox and begins a new epoch.
Exit codes: 0 done, 1 not done, 2 usage or configuration, 3 verification failed, 5 partly done.)";

/// True when there are any.
bool complain(const intake::Problems& problems) {
  for (const std::string& problem : problems) fmt::print(stderr, "sandyk-intake: {}\n", problem);
  return !problems.empty();
}

/// The file's values under those of the flags; or says every problem.
std::optional<intake::Config> configure(const std::string& file, const intake::Values& flags) {
  const auto fail = [](const intake::Problems& problems) {
    complain(problems);
    return std::nullopt;
  };
  intake::Values values = flags;
  if (!file.empty()) {
    const auto text = crypto::read_file(file, max_config_file);
    if (!text)
      return fail({"The configuration file cannot be read: " + std::string(sentence(text.error())) + "."});
    const auto read = intake::read_values(crypto::text_of(*text));
    if (!read) return fail(read.error());
    values.insert(read->begin(), read->end());  // what a flag has said stays
  }
  auto config = intake::read_config(values);
  if (!config) return fail(config.error());
  return std::move(*config);
}

/// What the command line says besides the options of the configuration.
struct Line {
  std::string config_file, target, day;
  std::vector<std::filesystem::path> files;
  unsigned days = 30;
  intake::Values flags;
};

/// A command: what it needs of the configuration, and what it does.
struct Command {
  enum class Needs { nothing, vault, vault_and_root, root, all_to_serve } needs;
  int (*run)(const intake::Config&, const Line&);
};

int complain_unless(bool is_there, const char* problem) {
  return !is_there && complain({problem}) ? exit_usage : exit_done;
}

/// The exit code of a command for which something is missing; exit_done when nothing is.
int check_needs(Command::Needs needs, const intake::Config& config) {
  using Needs = Command::Needs;
  if (needs == Needs::all_to_serve) return complain(missing_to_serve(config)) ? exit_usage : exit_done;
  const bool needs_vault = needs == Needs::vault || needs == Needs::vault_and_root;
  const bool needs_root = needs == Needs::root || needs == Needs::vault_and_root;
  if (const int code = complain_unless(!needs_vault || !config.vault.empty(),
                                       "--vault is needed: the folder reports are kept in."))
    return code;
  return complain_unless(!needs_root || config.root, "--root-key is needed: the site's root public key.");
}

void add_options(CLI::App& app, Line& line) {
  app.add_option("--config", line.config_file, "File of \"key = value\" lines; the keys are the flags below");
  for (const auto& option : intake::options) {
    const std::string key(option.key);
    const auto take = [&line, key](const std::string& value) { line.flags[key] = value; };
    app.add_option_function<std::string>("--" + key, take, std::string(option.help))->take_last();
  }
}

/// Adds every command; the one that is given is in `chosen` afterwards.
void add_commands(CLI::App& app, Line& line, std::optional<Command>& chosen) {
  using Needs = Command::Needs;
  const auto add = [&chosen](CLI::App* parent, const char* name, const char* help, Command command) {
    auto* added = parent->add_subcommand(name, help)->fallthrough();
    added->callback([&chosen, command] { chosen = command; });
    return added;
  };
  const auto group = [&app](const char* name, const char* help) {
    return app.add_subcommand(name, help)->require_subcommand(1)->fallthrough();
  };
  add(&app, "serve", "Run the server in the foreground",
      {Needs::all_to_serve, [](const intake::Config& c, const Line&) { return intake::serve(c); }});
  add(&app, "check", "Check the configuration, and say what is wrong with it",
      {Needs::all_to_serve, [](const intake::Config& c, const Line&) { return intake::check(c); }});
  add(&app, "export", "Begin a new epoch and copy the finished ones to DIR",
      {Needs::vault,
       [](const intake::Config& c, const Line& l) { return intake::export_epochs(c.vault, l.target); }})
      ->add_option("DIR", line.target, "Folder to copy to, such as a USB stick")
      ->required();
  add(&app, "install",
      "Put signed files, each with its .minisig beside it, into the vault: keyrings, retention policies, "
      "import "
      "receipts, statements of destroyed keys",
      {Needs::vault,
       [](const intake::Config& c, const Line& l) { return intake::install(c.vault, l.files, c.root); }})
      ->add_option("FILE", line.files, "The signed files")
      ->required();

  auto* board = group("board", "What organisations answer");
  add(board, "install",
      "Put the boards of DIR, each with its .minisig beside it, into the vault, once all of them are "
      "verified",
      {Needs::vault_and_root,
       [](const intake::Config& c, const Line& l) {
         return intake::install_boards(c.vault, l.target, *c.root);
       }})
      ->add_option("DIR", line.target, "Folder that `sandyk-desk board` made, such as one on a USB stick")
      ->required();

  auto* retention = group("retention", "What is deleted when, and why");
  add(retention, "plan", "Say what would go, and change nothing",
      {Needs::vault_and_root,
       [](const intake::Config& c, const Line& l) {
         return intake::plan_retention(c.vault, *c.root, c.reserve, l.days);
       }})
      ->add_option("--days", line.days, "How many days ahead")
      ->capture_default_str();
  add(retention, "confirm-day", "Say that the clock is right, after it jumped",
      {Needs::vault,
       [](const intake::Config& c, const Line& l) { return intake::confirm_day(c.vault, l.day); }})
      ->add_option("DATE", line.day, "Today, as 2026-11-23")
      ->required();

  auto* log_key = group("log-key", "The key that signs the audit log");
  auto* make = add(log_key, "new", "Make one, and print what policy.json has to say as log_key",
                   {Needs::root, [](const intake::Config& c, const Line& l) {
                      return intake::make_log_key(l.target, *c.root);
                    }});
  auto* show = add(
      log_key, "show", "Print what policy.json has to say as log_key",
      {Needs::nothing, [](const intake::Config&, const Line& l) { return intake::show_log_key(l.target); }});
  for (auto* command : {make, show}) command->add_option("FILE", line.target, "File of the key")->required();
}

int run(int argc, char** argv) {
  CLI::App app("Takes sealed reports over HTTPS and keeps them, unread, in an encrypted vault.",
               "sandyk-intake");
  app.footer(teaching);
  app.set_version_flag("--version", "sandyk-intake " SANDYK_VERSION);
  app.require_subcommand(1)->fallthrough();
  Line line;
  std::optional<Command> chosen;
  add_options(app, line);
  add_commands(app, line, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? exit_done : exit_usage;
  }
  const auto config = configure(line.config_file, line.flags);
  if (!config || !chosen) return exit_usage;
  if (const int code = check_needs(chosen->needs, *config)) return code;
  return chosen->run(*config, line);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    crypto::start_process();
    return run(argc, argv);
  } catch (const std::exception& fault) {
    fmt::print(stderr, "sandyk-intake: {}\n", fault.what());
    return 1;
  }
}
