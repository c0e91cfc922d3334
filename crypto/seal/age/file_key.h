// How every native stanza carries the file key (C2SP age.md, "File key" and the bodies of "Native recipient
// types"): 32 bytes of ChaCha20-Poly1305 without additional data.
#pragma once

#include <array>
#include <cstdint>

#include "crypto/seal/age/format.h"
#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

static_assert(FileKey::size == file_key_size);

using WrapNonce = std::array<std::uint8_t, 12>;
/// The nonce of those stanzas whose wrap key is used once: X25519 and scrypt.
inline constexpr WrapNonce zero_nonce{};

/// The body of a stanza.
Bytes wrap_file_key(const WrapKey& key, const WrapNonce& nonce, const FileKey& file_key);

}  // namespace sandyk::crypto::age
