// HKDF-SHA-256 (RFC 5869) from secret to secret.
#pragma once

#include <sodium.h>

#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto {

/// Extract: `salt` may be empty.
inline Prk hkdf_extract(ByteView salt, ByteView ikm) {
  return Prk::make([&](std::span<std::uint8_t, 32> out) {
    crypto_kdf_hkdf_sha256_extract(out.data(), salt.data(), salt.size(), ikm.data(), ikm.size());
  });
}

/// Expand into a secret of the type asked for, at most 255 · 32 bytes.
template <class Key>
Key hkdf_expand(const Prk& prk, ByteView info) {
  static_assert(Key::size <= 255 * 32);
  return Key::make([&](std::span<std::uint8_t, Key::size> out) {
    crypto_kdf_hkdf_sha256_expand(out.data(), out.size(), reinterpret_cast<const char*>(info.data()),
                                  info.size(), prk.expose().data());
  });
}

/// Extract, then expand.
template <class Key>
Key hkdf(ByteView ikm, ByteView salt, ByteView info) {
  return hkdf_expand<Key>(hkdf_extract(salt, ikm), info);
}

}  // namespace sandyk::crypto
