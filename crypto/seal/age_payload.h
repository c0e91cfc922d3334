// The payload of an age v1 file (C2SP age.md, "Payload"; STREAM): keys, nonces, and sealing a chunk.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "crypto/seal/age_format.h"
#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

using PayloadNonce = std::array<std::uint8_t, nonce_size>;
using ChunkNonce = std::array<std::uint8_t, 12>;

/// The key of the payload that starts with `nonce`.
PayloadKey payload_key(const FileKey& file_key, const PayloadNonce& nonce);

/// 11 bytes of big-endian counter, then 1 for the last chunk and 0 for the others.
ChunkNonce chunk_nonce(std::uint64_t counter, bool is_last);

/// Seals 0 to 65 536 bytes; writes plain.size() + 16 bytes to `sealed`, which must have that size.
void seal_chunk(const PayloadKey& key, std::uint64_t counter, bool is_last, ByteView plain,
                std::span<std::uint8_t> sealed);

}  // namespace sandyk::crypto::age
