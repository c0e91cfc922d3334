// Opening the 32 bytes in which every stanza carries the file key: ChaCha20-Poly1305 without additional data.
#pragma once

#include <sodium.h>

#include <array>
#include <optional>
#include <span>

#include "crypto/seal/age_format.h"
#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

/// The file key, or nothing when the tag does not fit: then the stanza is for somebody else. `body` must be
/// of the exact size; a stanza of another is refused before this (partitioning oracles).
inline std::optional<FileKey> open_wrapped_key(const WrapKey& key, const std::array<std::uint8_t, 12>& nonce,
                                               ByteView body) {
  if (body.size() != wrapped_key_size) return std::nullopt;
  bool is_good = false;
  auto file_key = FileKey::make([&](std::span<std::uint8_t, file_key_size> out) {
    is_good =
        crypto_aead_chacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, body.data(), body.size(),
                                                  nullptr, 0, nonce.data(), key.expose().data()) == 0;
  });
  if (!is_good) return std::nullopt;
  return file_key;
}

}  // namespace sandyk::crypto::age
