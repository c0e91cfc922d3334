#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <memory>

#include "crypto/seal/size_class.h"
#include "desk/ceremony.h"
#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/keyring_signing.h"

namespace sandyk::desk {
namespace {

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
  fmt::print("Carry them and their .minisig files to the server: sandyk-intake install FILE ...\n");
}

}  // namespace

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

}  // namespace sandyk::desk
