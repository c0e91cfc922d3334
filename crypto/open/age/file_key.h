// The opening half of crypto/seal/age/file_key.h.
#pragma once

#include <optional>

#include "crypto/seal/age/file_key.h"

namespace sandyk::crypto::age {

/// The file key, or nothing when the tag does not fit: then the stanza is for somebody else. `body` must be
/// of the exact size; a stanza of another is refused before this (partitioning oracles).
std::optional<FileKey> unwrap_file_key(const WrapKey& key, const WrapNonce& nonce, ByteView body);

}  // namespace sandyk::crypto::age
