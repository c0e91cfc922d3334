#include "storage/inbox.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "crypto/seal/file.h"
#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

std::filesystem::path signature_of(const std::filesystem::path& json) {
  return json.string() + ".minisig";
}

/// Why a keyring that verifies is not taken all the same; nothing when it is.
std::optional<std::string> why_not(const crypto::Keyring& keyring, const crypto::Keyring* known) {
  if (known == nullptr || known->json() == keyring.json()) return std::nullopt;
  if (keyring.content().serial > known->content().serial) return std::nullopt;
  return fmt::format("serial {} is here already", known->content().serial);
}

/// Into vault/keyring/. A crash between the two files leaves a pair that does not verify; the inbox still has
/// both then, and the next start applies them again.
tl::expected<void, crypto::IoFault> keep(const std::filesystem::path& vault, const crypto::Keyring& keyring) {
  const auto json = vault / layout::keyring / (keyring.content().week.text() + ".json");
  if (auto done = crypto::write_file(signature_of(json), crypto::bytes_of(keyring.signature())); !done)
    return done;
  return crypto::write_file(json, crypto::bytes_of(keyring.json()));
}

void remove_pair(const std::filesystem::path& json) {
  ::unlink(json.c_str());
  ::unlink(signature_of(json).c_str());
}

std::string reject(const std::filesystem::path& json, const std::string& why) {
  for (const auto& path : {json, signature_of(json)})
    ::rename(path.c_str(), (path.string() + ".rejected").c_str());
  return fmt::format("The keyring {} in the inbox was refused: {}.", json.filename().string(), why);
}

std::string apply(const std::filesystem::path& vault, const std::filesystem::path& json,
                  const crypto::VerifyKey& root, const KeyringSet& known) {
  const auto keyring = read_keyring(json, root);
  if (!keyring) return reject(json, keyring.error());
  const auto& content = keyring->content();
  if (const auto why = why_not(*keyring, known.of_week(content.week))) return reject(json, *why);
  if (auto done = keep(vault, *keyring); !done)
    return fmt::format("The keyring of {} stays in the inbox, since it could not be written: {}.",
                       content.week.text(), crypto::sentence(done.error()));
  remove_pair(json);
  return fmt::format("The keyring of {}, serial {}, was taken from the inbox.", content.week.text(),
                     content.serial);
}

}  // namespace

std::vector<std::string> apply_inbox(const std::filesystem::path& vault, const crypto::VerifyKey& root,
                                     const KeyringSet& known) {
  const auto inbox = vault / layout::inbox;
  std::vector<std::string> notices;
  for (const std::string& name : names_in(inbox)) {
    const auto json = inbox / name;
    if (!week_of_name(name) || !is_file(json)) continue;
    // The signature is put there first, so without it the file is not ours to judge yet.
    if (!is_file(signature_of(json))) {
      notices.push_back(fmt::format("The keyring {} in the inbox has no signature beside it yet.", name));
      continue;
    }
    notices.push_back(apply(vault, json, root, known));
  }
  if (!notices.empty()) (void)crypto::sync_directory(inbox);  // at worst they are applied once more
  return notices;
}

}  // namespace sandyk::storage
