// sandyk-audit: for someone who has no key and has not read the code. `verify` reads only what it is pointed
// at, and writes nothing but what the flags name; an attacker in this process learns what a server or an
// exported vault shows to anybody. `cosign` also holds a witness's key, which signs checkpoints and opens
// nothing.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "audit/commands.h"
#include "crypto/seal/exit_code.h"
#include "crypto/seal/process.h"

namespace {

using namespace sandyk;

constexpr const char* about =
    "Sandyk's auditor: verifies what a server or a vault shows, without any key that opens something.\n\n"
    "  sandyk-audit verify https://intake.example.org --log-key KEY --root-key root.pub\n"
    "  sandyk-audit verify /media/usb/export --log-key KEY --root-key root.pub --html audit.html\n\n"
    "Exit codes: 0 everything that was checked holds, 1 not done (network, disk), 2 wrong use,\n"
    "3 something fails, 4 the witness's key cannot be read.";

void add_source(CLI::App& command, audit::Source& source, std::string& log_key) {
  command
      .add_option("source", source.url_or_folder,
                  "https://HOST[:PORT], http://….onion with --proxy; or the folder of a vault or an export")
      ->required();
  command.add_option("--log-key", log_key, "The log's verifier key, or a file with it")->required();
  command.add_option("--ca", source.settings.ca_file,
                     "Trust this certificate authority (PEM) instead of the system's");
  command.add_option("--pin", source.settings.pin, "Also require this public key: sha256//<base64>");
  command.add_option("--proxy", source.settings.proxy, "Go through Tor: socks5h://127.0.0.1:9050");
  command.add_option("--keep", source.keep, "Keep what was fetched in this folder, which must be empty");
}

void add_verify(CLI::App& app, int& exit) {
  auto* command = app.add_subcommand("verify", "Check a server or a vault, one line a check");
  auto options = std::make_shared<audit::VerifyOptions>();
  add_source(*command, options->source, options->log_key);
  command->add_option("--root-key", options->root_key,
                      "The site's root key: a .pub file, or its base64 line");
  command->add_option("--checkpoint", options->checkpoint,
                      "Verify this checkpoint, such as a cosigned one, instead of the source's own");
  command->add_option("--since", options->since, "The checkpoint that you verified the last time");
  command->add_option("--trust", options->trust, "Whose cosignatures there must be (C2SP tlog-policy)");
  command->add_option("--as-of", options->as_of,
                      "The day to judge by; without it today, for a folder the newest day in its log");
  command->add_option("--html", options->html, "Write a report to print");
  command->callback([options, &exit] { exit = audit::verify(*options); });
}

void add_cosign(CLI::App& app, int& exit) {
  auto* command = app.add_subcommand("cosign", "As a witness, verify a log and cosign its checkpoint");
  auto options = std::make_shared<audit::CosignOptions>();
  options->out = "checkpoint.cosigned";
  add_source(*command, options->source, options->log_key);
  command->add_option("--key", options->key, "The witness's key")->required();
  command->add_option("--checkpoint", options->checkpoint,
                      "Cosign this checkpoint, which may have others' cosignatures, not the source's own");
  command->add_option("--state", options->state,
                      "Where it is kept what was cosigned last; without it beside the key");
  command->add_option("--out", options->out, "The cosigned checkpoint (checkpoint.cosigned)");
  command->callback([options, &exit] { exit = audit::cosign_checkpoint(*options); });
}

void add_witness_key(CLI::App& app, int& exit) {
  auto* group = app.add_subcommand("witness-key", "A witness's key");
  group->require_subcommand(1);
  auto* command = group->add_subcommand("new", "Make one, and print what others need to know of it");
  auto options = std::make_shared<std::pair<std::string, std::filesystem::path>>();
  command->add_option("name", options->first, "Its name, such as bermet.example.org/w1")->required();
  command->add_option("file", options->second, "The file to write it to")->required();
  command->callback([options, &exit] { exit = audit::new_witness_key(options->first, options->second); });
}

int run(int argc, char** argv) {
  CLI::App app(about, "sandyk-audit");
  app.set_version_flag("--version", "sandyk-audit " SANDYK_VERSION);
  app.require_subcommand(1);
  int exit = crypto::exit_done;
  add_verify(app, exit);
  add_cosign(app, exit);
  add_witness_key(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? crypto::exit_done : crypto::exit_usage;
  }
  return exit;
}

}  // namespace

int main(int argc, char** argv) try {
  crypto::start_process();
  return run(argc, argv);
} catch (const std::exception& e) {
  std::fprintf(stderr, "sandyk-audit: this should not happen: %s\n", e.what());
  return sandyk::crypto::exit_not_done;
}
