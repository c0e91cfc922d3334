// sandyk-intake: takes sealed reports over HTTPS and keeps them. It has no key that opens one, and no code
// that would.
#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/file.h"
#include "crypto/seal/process.h"
#include "intake/commands.h"
#include "intake/log_key_command.h"
#include "intake/serve.h"

namespace {

using namespace sandyk;

using crypto::exit_done, crypto::exit_usage;
constexpr std::size_t max_config_file = 64 * 1024;
constexpr const char* teaching = R"(
Begin:
  sandyk-intake keyring install 2026-W48.json --vault VAULT --root-key root.pub
  sandyk-intake serve --vault VAULT --root-key root.pub --cert cert.pem --key key.pem
Sign the audit log, with a key that stands outside the vault:
  sandyk-intake log-key new log.key --root-key root.pub
  sandyk-intake serve --log-key log.key ...
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

  std::string config_file, target;
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
  auto* keyring =
      app.add_subcommand("keyring", "Keyrings of the coming weeks")->require_subcommand(1)->fallthrough();
  auto* install = keyring->add_subcommand(
      "install", "Put signed keyrings, each with its .minisig beside it, into the vault");
  install->add_option("FILE", files, "Keyring files")->required();
  install->fallthrough();
  auto* log_key =
      app.add_subcommand("log-key", "The key that signs the audit log")->require_subcommand(1)->fallthrough();
  auto* making = log_key->add_subcommand("new", "Make one, and print what policy.json has to say as log_key");
  auto* showing = log_key->add_subcommand("show", "Print what policy.json has to say as log_key");
  for (auto* command : {making, showing}) {
    command->add_option("FILE", target, "File of the key")->required();
    command->fallthrough();
  }

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
  if (*showing) return intake::show_log_key(target);
  if (*making) {
    if (!config->root && complain({"--root-key is needed: the key is for one site."})) return exit_usage;
    return intake::make_log_key(target, *config->root);
  }
  if (config->vault.empty() && complain({"--vault is needed: the folder reports are kept in."}))
    return exit_usage;
  return *exporting ? intake::export_epochs(config->vault, target)
                    : intake::install_keyrings(config->vault, files, config->root);
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
