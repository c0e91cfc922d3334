#include "intake/commands.h"

#include <fmt/core.h>
#include <unistd.h>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/file.h"
#include "crypto/seal/import_receipt.h"
#include "crypto/seal/key_statement.h"
#include "crypto/seal/keyring.h"
#include "crypto/seal/policy.h"
#include "storage/export.h"
#include "storage/signed_file.h"

namespace sandyk::intake {
namespace {

using crypto::exit_done, crypto::exit_not_done, crypto::exit_unverified;
constexpr std::chrono::seconds patience{120};  // for the server to close its epoch

void say(std::string_view sentence) {
  fmt::print(stderr, "sandyk-intake: {}\n", sentence);
}

void show_progress(std::uint64_t done, std::uint64_t all) {
  if (all == 0) return;
  fmt::print(stderr, "\r{:3d} %{}", done * 100 / all, done == all ? "\n" : "");
}

struct Installed {
  std::string name;  ///< in the inbox
  crypto::Bytes json, signature;
};

/// The name of a file in the inbox, or why it is not one that the server would take.
tl::expected<std::string, std::string_view> name_of(const storage::SignedPair& pair,
                                                    const std::optional<crypto::VerifyKey>& root) {
  const auto signature = crypto::text_of(pair.signature);
  if (const auto keyring = crypto::parse_keyring(pair.json)) {
    if (root)
      if (const auto verified = crypto::Keyring::verify(pair.json, signature, *root); !verified)
        return tl::unexpected(sentence(verified.error()));
    return keyring->week.text() + ".json";
  }
  if (const auto policy = crypto::parse_policy(pair.json)) {
    if (root)
      if (const auto verified = crypto::Policy::verify(pair.json, signature, *root); !verified)
        return tl::unexpected(sentence(verified.error()));
    return fmt::format("policy-{}.json", policy->serial);
  }
  if (const auto receipt = crypto::parse_import_receipt(pair.json))
    return fmt::format("receipt-{}-{}.json", receipt->epoch.hex(), receipt->organisation);
  if (const auto statement = crypto::parse_key_destroyed(pair.json))
    return fmt::format("key-destroyed-{}-{}.json", statement->week.text(), statement->organisation);
  return tl::unexpected(std::string_view("this is no keyring, policy, import receipt or statement."));
}

/// The file, checked, or the exit code after saying why not.
tl::expected<Installed, int> read_signed_file(const std::filesystem::path& file,
                                              const std::optional<crypto::VerifyKey>& root) {
  auto pair = storage::read_signed(file, crypto::max_policy_size);
  if (!pair)
    return say(fmt::format("{}: {}", file.string(), pair.error())), tl::unexpected<int>(exit_not_done);
  auto name = name_of(*pair, root);
  if (!name)
    return say(fmt::format("{}: {}", file.string(), name.error())), tl::unexpected<int>(exit_unverified);
  return Installed{std::move(*name), std::move(pair->json), std::move(pair->signature)};
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

int install(const std::filesystem::path& vault, const std::vector<std::filesystem::path>& files,
            const std::optional<crypto::VerifyKey>& root) {
  std::vector<Installed> checked;
  for (const auto& file : files) {
    auto read = read_signed_file(file, root);
    if (!read) return read.error();
    checked.push_back(std::move(*read));
  }
  for (const Installed& file : checked) {
    const auto done = storage::put_into_inbox(vault, file.name, file.json, file.signature);
    if (!done)
      return say(fmt::format("{} could not be put into the vault's inbox: {}.", file.name,
                             sentence(done.error()))),
             exit_not_done;
    fmt::print("{} is in the inbox.\n", file.name);
  }
  return exit_done;
}

}  // namespace sandyk::intake
