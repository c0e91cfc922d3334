// The desk's own folder (docs/formats.md, "Desk home"): where keys stand on the offline machine.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/signing.h"
#include "crypto/seal/calendar.h"
#include "crypto/seal/file.h"
#include "crypto/seal/keyring.h"
#include "desk/passphrase.h"
#include "desk/problem.h"

namespace sandyk::desk {

class Home {
 public:
  explicit Home(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path root_public() const { return folder_ / "root.pub"; }
  std::filesystem::path root_secret() const { return folder_ / "root.key"; }
  std::filesystem::path desk_secret() const { return folder_ / "desk.key"; }
  std::filesystem::path answer_secret() const { return folder_ / "answer.key"; }
  std::filesystem::path keyrings() const { return folder_ / "keyring"; }
  std::filesystem::path policies() const { return folder_ / "policy"; }
  std::filesystem::path receipts() const { return folder_ / "receipts"; }
  std::filesystem::path statements() const { return folder_ / "statements"; }
  std::filesystem::path organisation(std::string_view id) const { return folder_ / "orgs" / id; }
  std::filesystem::path identity(std::string_view id, crypto::Week week) const {
    return organisation(id) / (week.text() + ".age");
  }
  /// The organisations that have a folder here, sorted.
  std::vector<std::string> organisations() const;

  /// Makes the folder (mode 0700) and those above it that are missing.
  [[nodiscard]] tl::expected<void, Problem> make() const;
  /// Makes a folder inside, mode 0700.
  [[nodiscard]] tl::expected<void, Problem> make_folder(const std::filesystem::path& inside) const;

 private:
  std::filesystem::path folder_;
};

/// Reads a minisign public key file.
[[nodiscard]] tl::expected<crypto::VerifyKey, Problem> read_public_key(const std::filesystem::path& file);

/// Unlocks a minisign secret key file; `what` names it in sentences.
[[nodiscard]] tl::expected<crypto::SigningKey, Problem> read_signing_key(const std::filesystem::path& file,
                                                                         const crypto::SecretText& passphrase,
                                                                         std::string_view what);

/// Writes a new secret key under `passphrase` and its public half beside it (`.pub`); never over an existing
/// one. `log_n` is scrypt's work factor.
[[nodiscard]] tl::expected<void, Problem> write_signing_key(const crypto::SigningKey& key,
                                                            const std::filesystem::path& file,
                                                            const crypto::SecretText& passphrase,
                                                            unsigned log_n);

/// Writes a file durably, or says in one sentence why not.
[[nodiscard]] tl::expected<void, Problem> put(
    const std::filesystem::path& file, crypto::ByteView bytes,
    crypto::NewFile::Replace replace = crypto::NewFile::Replace::no);

/// Writes a signed file, its signature first: cut off in between, there is no file that looks signed and is
/// not, or one whose signature does not fit, which the next run makes anew.
[[nodiscard]] tl::expected<void, Problem> put_signed(
    const std::filesystem::path& file, std::string_view json, std::string_view signature,
    crypto::NewFile::Replace replace = crypto::NewFile::Replace::no);

}  // namespace sandyk::desk
