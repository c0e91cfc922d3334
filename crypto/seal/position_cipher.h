// Bytes that come in pieces and lie in a file meanwhile, encrypted by their place: ChaCha20 under a key that
// serves one such row of bytes and no other, so that no place is ever used for two of them.
#pragma once

#include <cstdint>
#include <span>

#include "crypto/seal/secret.h"

namespace sandyk::crypto {

/// Encrypts or decrypts `bytes`, which stand at `position` of the row. Nothing proves that they are
/// unchanged: for what is checked as a whole afterwards.
void encrypt_at(const UploadKey& key, std::uint64_t position, std::span<std::uint8_t> bytes);

}  // namespace sandyk::crypto
