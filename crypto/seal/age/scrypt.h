// The passphrase as a recipient (C2SP age.md, "The scrypt recipient type").
#pragma once

#include <array>
#include <optional>
#include <tl/expected.hpp>

#include "crypto/seal/age/header.h"
#include "crypto/seal/age/seal_fault.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

using ScryptSalt = std::array<std::uint8_t, scrypt_salt_size>;

/// scrypt with N = 2^log_n, r = 8, p = 1: the key that wraps the file key, for both sides. Nothing when its
/// 1024 · 2^log_n bytes of memory cannot be had.
std::optional<WrapKey> scrypt_wrap_key(const SecretText& passphrase, const ScryptSalt& salt, unsigned log_n);

/// Its stanza must be the file's only one.
class ScryptRecipient {
 public:
  /// `log_n` from 1 to 22.
  explicit ScryptRecipient(SecretText passphrase, unsigned log_n = scrypt_default_log_n)
      : passphrase_(std::move(passphrase)), log_n_(log_n) {}

  /// The stanza that carries `file_key` under the passphrase. Faults: bad_recipient for an empty passphrase
  /// or a work factor that nobody would open; too_costly.
  [[nodiscard]] tl::expected<Stanza, SealFault> wrap(const FileKey& file_key) const;

 private:
  SecretText passphrase_;
  unsigned log_n_;
};

}  // namespace sandyk::crypto::age
