// sandyk-audit: for someone who has no key and has not read the code. Reads only; an attacker in this process
// learns what the exported vault shows to anybody.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "audit/vault_check.h"
#include "crypto/seal/exit_code.h"
#include "crypto/seal/process.h"
#include "crypto/seal/root_key.h"

namespace {

using namespace sandyk;

int check(const std::filesystem::path& vault, const std::string& root_key) {
  const auto root = crypto::read_root_key(root_key);
  if (!root) {
    fmt::print(stderr, "sandyk-audit: The root key {}.\n", crypto::sentence(root.error()));
    return crypto::exit_usage;
  }
  std::error_code fault;
  if (!std::filesystem::is_directory(vault / "epochs", fault)) {
    fmt::print(stderr, "sandyk-audit: {} is not a vault: it has no folder epochs.\n", vault.string());
    return crypto::exit_usage;
  }
  std::size_t failed = 0;
  for (const audit::Check& check : audit::check_vault(vault, *root)) {
    fmt::print("{}  {} ({})\n", check.failures.empty() ? "holds" : "FAILS", check.what, check.looked_at);
    for (const std::string& failure : check.failures) fmt::print("         {}\n", failure);
    if (!check.failures.empty()) ++failed;
  }
  fmt::print(
      "No one can check from here: that a copy does not lack whole epochs, what a report says, or who sent "
      "it.\n");
  return failed == 0 ? crypto::exit_done : crypto::exit_unverified;
}

}  // namespace

int main(int argc, char** argv) try {
  crypto::start_process();
  CLI::App app("Sandyk's auditor: verifies what a vault shows, without any key that opens something.",
               "sandyk-audit");
  app.set_version_flag("--version", "sandyk-audit " SANDYK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Example:\n  sandyk-audit vault /media/usb/export --root-key root.pub\n\n"
      "Exit codes: 0 everything holds, 2 wrong use, 3 something fails.");
  std::filesystem::path vault;
  std::string root_key;
  auto* command = app.add_subcommand("vault", "Check keyrings, epochs and their files, one line a check");
  command->add_option("vault", vault, "The vault, or an export of it")->required();
  command->add_option("--root-key", root_key, "The site's root key: a .pub file, or its base64 line")
      ->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? crypto::exit_done : crypto::exit_usage;
  }
  return check(vault, root_key);
} catch (const std::exception& e) {
  std::fprintf(stderr, "sandyk-audit: this should not happen: %s\n", e.what());
  return sandyk::crypto::exit_not_done;
}
