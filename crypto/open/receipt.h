// The receipt: 25 digits that a reporter writes down, and all that follows from them (docs/formats.md,
// "Receipt").
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "crypto/open/signing.h"
#include "crypto/seal/secret.h"
#include "crypto/seal/signature.h"

namespace sandyk::crypto {

using ReplyKey = Secret<struct ReplyKeyKind, 32>;      // what answers are sealed to
using ThreadSeed = Secret<struct ThreadSeedKind, 32>;  // Ed25519 seed of the thread's key pair
using ThreadId = std::array<std::uint8_t, 16>;

/// 24 uniform digits and a Damm check digit, in guarded memory.
class ReceiptCode {
 public:
  static constexpr std::size_t digits = 25;

  /// A new code from the system's randomness, by rejection sampling.
  static ReceiptCode random();
  /// What a person typed: spaces and dashes are ignored; nothing for anything but 25 digits that check.
  static std::optional<ReceiptCode> parse(std::string_view typed);

  /// The 25 digits as ASCII.
  std::span<const std::uint8_t, digits> expose() const { return digits_.expose(); }
  /// Five groups of five with spaces between, NUL-free, 29 characters: for showing once.
  SecretText grouped() const;

 private:
  using Digits = Secret<struct ReceiptDigitsKind, digits>;
  explicit ReceiptCode(Digits d) : digits_(std::move(d)) {}
  Digits digits_;
};

/// What the code yields for one site.
struct ThreadKeys {
  ThreadId thread;
  ReplyKey reply_key;
  ThreadSeed seed;
  std::array<std::uint8_t, 32> verify_key;  ///< Ed25519 public key of `seed`

  /// Ed25519 over `message` with the thread's key.
  std::array<std::uint8_t, 64> sign(ByteView message) const;
};

/// Argon2id (19 MiB, t = 2) and HKDF; about 30 ms. `root` is the root public key: another site, other keys.
/// Throws std::bad_alloc when 19 MiB cannot be had.
ThreadKeys derive_thread_keys(const ReceiptCode& code, const VerifyKey& root);

}  // namespace sandyk::crypto
