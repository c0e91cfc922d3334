// The classic recipient `age1…` (C2SP age.md, "The X25519 recipient type"). Not secure against a quantum
// computer of the future; Sandyk itself seals to hybrid recipients only.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/age/header.h"
#include "crypto/seal/age/seal_fault.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

using X25519Point = std::array<std::uint8_t, x25519_size>;
using X25519Scalar = Secret<struct X25519ScalarKind, x25519_size>;
using X25519Shared = Secret<struct X25519SharedKind, x25519_size, SharedPages>;

/// X25519 (RFC 7748). Nothing when the result is zero, which only a point of low order gives: the
/// specification says to abort then.
std::optional<X25519Shared> x25519(const X25519Scalar& scalar, const X25519Point& point);

/// The same with the base point.
X25519Point x25519_base(const X25519Scalar& scalar);

/// The key that wraps the file key, for both sides.
WrapKey x25519_wrap_key(const X25519Shared& shared, const X25519Point& share, const X25519Point& recipient);

class X25519Recipient {
 public:
  explicit X25519Recipient(const X25519Point& point) : point_(point) {}

  /// Nothing unless `text` is one lower-case `age1…` of the right length and checksum.
  static std::optional<X25519Recipient> parse(std::string_view text);

  std::string text() const;
  const X25519Point& point() const { return point_; }
  bool operator==(const X25519Recipient&) const = default;

  /// The stanza that carries `file_key` to this recipient. Fault: bad_recipient, for a point of low order.
  [[nodiscard]] tl::expected<Stanza, SealFault> wrap(const FileKey& file_key) const;

 private:
  X25519Point point_;
};

}  // namespace sandyk::crypto::age
