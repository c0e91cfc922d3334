// The passphrase as an identity (C2SP age.md, "The scrypt recipient type").
#pragma once

#include <optional>
#include <span>
#include <tl/expected.hpp>

#include "crypto/open/age/open_fault.h"
#include "crypto/seal/age/scrypt.h"

namespace sandyk::crypto::age {

/// As HybridIdentity::unwrap, for a passphrase. A scrypt stanza that is not the only one, or asks for a work
/// factor above 22, is malformed. Another fault: too_costly.
[[nodiscard]] tl::expected<std::optional<FileKey>, OpenFault> unwrap_with_passphrase(
    std::span<const Stanza> stanzas, const SecretText& passphrase);

/// A passphrase among other identities.
class ScryptIdentity {
 public:
  explicit ScryptIdentity(SecretText passphrase) : passphrase_(std::move(passphrase)) {}
  [[nodiscard]] tl::expected<std::optional<FileKey>, OpenFault> unwrap(
      std::span<const Stanza> stanzas) const {
    return unwrap_with_passphrase(stanzas, passphrase_);
  }

 private:
  SecretText passphrase_;
};

}  // namespace sandyk::crypto::age
