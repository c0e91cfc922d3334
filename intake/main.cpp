// sandyk-intake: takes sealed reports over HTTPS and keeps them. It has no key that opens one, and no code
// that would.
#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/file.h"
#include "crypto/seal/process.h"
#include "intake/commands.h"
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
or write the flags into a file, one "key = value" a line without the dashes:
  sandyk-intake serve --config intake.conf
Take finished epochs to the desk:
  sandyk-intake export /media/usb --vault VAULT

SIGTERM stops cleanly; SIGHUP applies the vault's inbox and begins a new epoch.
Exit codes: 0 done, 1 not done, 2 usage or configuration, 3 verification failed.)";

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

int run(int argc, char** argv) {
  CLI::App app("Takes sealed reports over HTTPS and keeps them, unread, in an encrypted vault.",
               "sandyk-intake");
  app.footer(teaching);
  app.set_version_flag("--version", "sandyk-intake " SANDYK_VERSION);
  app.require_subcommand(1)->fallthrough();

  std::string config_file, target, day;
  unsigned days = 30;
  std::vector<std::filesystem::path> files;
  intake::Values flags;
  app.add_option("--config", config_file, "File of \"key = value\" lines; the keys are the flags below");
  for (const auto& option : intake::options) {
    const std::string key(option.key);
    const auto take = [&flags, key](const std::string& value) { flags[key] = value; };
    app.add_option_function<std::string>("--" + key, take, std::string(option.help))->take_last();
  }
  const auto* serve = app.add_subcommand("serve", "Run the server in the foreground");
  const auto* check = app.add_subcommand("check", "Check the configuration, and say what is wrong with it");
  auto* exporting = app.add_subcommand("export", "Begin a new epoch and copy the finished ones to DIR");
  exporting->add_option("DIR", target, "Folder to copy to, such as a USB stick")->required();
  auto* install = app.add_subcommand("install",
                                     "Put signed files, each with its .minisig beside it, into the vault: "
                                     "keyrings, retention policies, import "
                                     "receipts, statements of destroyed keys");
  install->add_option("FILE", files, "The signed files")->required();
  auto* keyring =
      app.add_subcommand("keyring", "The same, for keyrings")->require_subcommand(1)->fallthrough();
  auto* install_keyring =
      keyring->add_subcommand("install", "Put signed keyrings into the vault")->fallthrough();
  install_keyring->add_option("FILE", files, "Keyring files")->required();
  auto* retention =
      app.add_subcommand("retention", "What is deleted when, and why")->require_subcommand(1)->fallthrough();
  auto* plan = retention->add_subcommand("plan", "Say what would go, and change nothing")->fallthrough();
  plan->add_option("--days", days, "How many days ahead")->capture_default_str();
  auto* confirm =
      retention->add_subcommand("confirm-day", "Say that the clock is right, after it jumped")->fallthrough();
  confirm->add_option("DATE", day, "Today, as 2026-11-23")->required();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? exit_done : exit_usage;
  }
  const auto config = configure(config_file, flags);
  if (!config) return exit_usage;
  if (*serve || *check) {
    if (complain(missing_to_serve(*config))) return exit_usage;
    return *serve ? intake::serve(*config) : intake::check(*config);
  }
  if (config->vault.empty() && complain({"--vault is needed: the folder reports are kept in."}))
    return exit_usage;
  if (*exporting) return intake::export_epochs(config->vault, target);
  if (*install || *install_keyring) return intake::install(config->vault, files, config->root);
  if (*confirm) return intake::confirm_day(config->vault, day);
  if (!config->root && complain({"--root-key is needed: it signs the policy."})) return exit_usage;
  return intake::plan_retention(config->vault, *config->root, config->reserve, days);
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
