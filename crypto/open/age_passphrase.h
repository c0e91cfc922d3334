// The scrypt stanza: a file under a passphrase (C2SP age.md, "scrypt recipient stanza").
#pragma once

#include <tl/expected.hpp>

#include "crypto/open/age_identity.h"
#include "crypto/seal/age_header.h"

namespace sandyk::crypto::age {

inline constexpr unsigned scrypt_default_log_n = 18;  // 256 MiB, three quarters of a second

/// The stanza that carries `file_key` under `passphrase`. It must be the file's only one. Nothing when 128 ·
/// 2^log_n · 8 bytes of memory cannot be had.
std::optional<Stanza> wrap_with_passphrase(const FileKey& file_key, const SecretText& passphrase,
                                           unsigned log_n);

/// As HybridIdentity::unwrap, for a passphrase.
[[nodiscard]] tl::expected<std::optional<FileKey>, OpenFault> unwrap_with_passphrase(
    const std::vector<Stanza>& stanzas, const SecretText& passphrase);

}  // namespace sandyk::crypto::age
