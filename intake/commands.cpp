#include "intake/commands.h"

#include <fmt/core.h>
#include <unistd.h>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/file.h"
#include "crypto/seal/keyring.h"
#include "storage/export.h"

namespace sandyk::intake {
namespace {

using crypto::exit_done, crypto::exit_not_done, crypto::exit_unverified;
constexpr std::chrono::seconds patience{120};  // for the server to close its epoch
constexpr std::size_t max_signature_file = 4096;

void say(std::string_view sentence) {
  fmt::print(stderr, "sandyk-intake: {}\n", sentence);
}

void show_progress(std::uint64_t done, std::uint64_t all) {
  if (all == 0) return;
  fmt::print(stderr, "\r{:3d} %{}", done * 100 / all, done == all ? "\n" : "");
}

struct Installed {
  std::string name;
  crypto::Bytes json, signature;
};

/// The file, checked, or the exit code after saying why not.
tl::expected<Installed, int> read_keyring(const std::filesystem::path& file,
                                          const std::optional<crypto::VerifyKey>& root) {
  const auto fault = [&](std::string_view why, int code) {
    say(fmt::format("{}: {}", file.string(), why));
    return tl::unexpected(code);
  };
  auto json = crypto::read_file(file, crypto::max_keyring_size);
  if (!json) return fault(sentence(json.error()), exit_not_done);
  auto signature = crypto::read_file(file.string() + ".minisig", max_signature_file);
  if (!signature)
    return fault(fmt::format("its signature ({}.minisig) cannot be read: {}", file.filename().string(),
                             sentence(signature.error())),
                 exit_not_done);
  const auto content = crypto::parse_keyring(*json);
  if (!content) return fault("this is not a keyring.", exit_unverified);
  if (root) {
    const auto keyring = crypto::Keyring::verify(*json, crypto::text_of(*signature), *root);
    if (!keyring) return fault(sentence(keyring.error()), exit_unverified);
  }
  return Installed{content->week.text() + ".json", std::move(*json), std::move(*signature)};
}

}  // namespace

int export_epochs(const std::filesystem::path& vault, const std::filesystem::path& target) {
  std::function<void(std::uint64_t, std::uint64_t)> progress = [](std::uint64_t, std::uint64_t) {};
  if (::isatty(STDERR_FILENO)) progress = show_progress;
  const auto exported = storage::export_vault(vault, target, patience, progress);
  if (!exported) return say(sentence(exported.error())), exit_not_done;

  for (const std::string& id : exported->copied) fmt::print("copied      {}\n", id);
  for (const std::string& id : exported->present) fmt::print("there       {}\n", id);
  fmt::print("Epochs copied: {}; there already: {}.\n", exported->copied.size(), exported->present.size());
  if (!exported->unfinished.empty()) fmt::print("The epoch that the server writes to now was left out.\n");
  return exit_done;
}

int install_keyrings(const std::filesystem::path& vault, const std::vector<std::filesystem::path>& files,
                     const std::optional<crypto::VerifyKey>& root) {
  std::vector<Installed> checked;
  for (const auto& file : files) {
    auto keyring = read_keyring(file, root);
    if (!keyring) return keyring.error();
    checked.push_back(std::move(*keyring));
  }
  for (const Installed& keyring : checked) {
    const auto done = storage::put_into_inbox(vault, keyring.name, keyring.json, keyring.signature);
    if (!done)
      return say(fmt::format("{} could not be put into the vault's inbox: {}.", keyring.name,
                             sentence(done.error()))),
             exit_not_done;
    fmt::print("{} is in the inbox.\n", keyring.name);
  }
  return exit_done;
}

}  // namespace sandyk::intake
