// Identity files as age-keygen writes them, under a passphrase as `age -p` does, armored or not.
#pragma once

#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/age/open.h"
#include "crypto/seal/age/seal.h"

namespace sandyk::crypto::age {

enum class IdentityFileFault {
  malformed,  ///< not an age file, or changed
  wrong_passphrase,
  no_identity,  ///< opened, but a line is not a hybrid identity, or there is none
  too_costly,
};

/// The age file that holds `identity` under `passphrase`; nothing when scrypt's memory cannot be had.
std::optional<Bytes> write_identity_file(const HybridIdentity& identity, const SecretText& passphrase,
                                         unsigned log_n = scrypt_default_log_n);

/// The identities of such a file, which must be hybrid: Sandyk has no others.
[[nodiscard]] tl::expected<std::vector<HybridIdentity>, IdentityFileFault> read_identity_file(
    ByteView file, const SecretText& passphrase);

/// One identity a line, hybrid or classic, at most 100; empty lines and lines that start with '#' are passed
/// over. Nothing when another line stands there.
std::optional<std::vector<Identity>> parse_identities(std::string_view text);

}  // namespace sandyk::crypto::age
