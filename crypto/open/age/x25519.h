// The classic identity `AGE-SECRET-KEY-1…` (C2SP age.md, "The X25519 recipient type").
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/open/age/open_fault.h"
#include "crypto/seal/age/x25519.h"

namespace sandyk::crypto::age {

class X25519Identity {
 public:
  static X25519Identity generate();
  /// Nothing unless `text` is one upper-case `AGE-SECRET-KEY-1…` of the right length and checksum.
  static std::optional<X25519Identity> parse(std::string_view text);

  SecretText text() const;
  X25519Recipient recipient() const { return recipient_; }

  /// As HybridIdentity::unwrap. A stanza with a share of low order is malformed.
  [[nodiscard]] tl::expected<std::optional<FileKey>, OpenFault> unwrap(std::span<const Stanza> stanzas) const;

 private:
  explicit X25519Identity(X25519Scalar scalar)
      : scalar_(std::move(scalar)), recipient_(x25519_base(scalar_)) {}
  X25519Scalar scalar_;
  X25519Recipient recipient_;
};

}  // namespace sandyk::crypto::age
