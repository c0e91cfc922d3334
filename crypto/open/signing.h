// Signing offline: minisign secret keys, protected by a passphrase as minisign itself does (scrypt).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/secret.h"
#include "crypto/seal/signature.h"

namespace sandyk::crypto {

enum class KeyFileFault {
  malformed,
  too_costly,        ///< the file asks for more work or memory than any honest one
  wrong_passphrase,  ///< or a damaged file: the format cannot tell them apart
  out_of_memory,
};

/// The secret half of a minisign key.
class SigningKey {
 public:
  static SigningKey generate();

  /// Reads a minisign .key file. An empty passphrase fits only a key stored without one.
  [[nodiscard]] static tl::expected<SigningKey, KeyFileFault> read(std::string_view file,
                                                                   const SecretText& passphrase);

  /// A minisign .key file under `passphrase` (scrypt as `minisign -G` asks for it: 1 GiB, about 4 s)...
  /// `work` is the scrypt opslimit; `memory` its memlimit in bytes.
  struct Cost {
    std::uint64_t work, memory;
  };
  static constexpr Cost sensitive{33554432, 1073741824};
  static constexpr Cost quick{1U << 19, 1U << 24};  ///< for demos and tests: 16 MiB, 50 ms
  [[nodiscard]] tl::expected<SecretText, KeyFileFault> write(const SecretText& passphrase,
                                                             Cost cost = sensitive) const;

  /// The public half.
  VerifyKey verify_key() const { return verify_key_; }

  /// A minisign signature file over `message` whose trusted comment is that of `kind`, `site` and `mark`.
  std::string sign(ByteView message, SignedKind kind, std::string_view site, std::string_view mark) const;

  /// Ed25519 over the message itself, without minisign's form. It must begin with a label of ours, so that it
  /// never passes for what `sign` signs.
  std::array<std::uint8_t, 64> sign_plain(ByteView message) const;

 private:
  using Pair = Secret<struct SigningPairKind, 64>;  // Ed25519 seed and public key, as libsodium keeps them
  SigningKey(Pair pair, VerifyKey verify_key) : pair_(std::move(pair)), verify_key_(verify_key) {}

  Pair pair_;
  VerifyKey verify_key_;
};

}  // namespace sandyk::crypto
