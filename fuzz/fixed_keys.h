// Keys that are the same in every run, so that what is in a corpus keeps its meaning. Nobody's secrets.
#pragma once

#include <string_view>

#include "crypto/open/signing.h"
#include "crypto/seal/age/format.h"

namespace sandyk::fuzz {

// Those of the public age vectors (tests/vectors/age): every stanza there that opens carries `file_key`.
inline constexpr std::string_view hybrid_identity =
    "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG";
inline constexpr std::string_view x25519_identity =
    "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0";
inline constexpr std::string_view passphrase = "password";
inline constexpr std::string_view file_key = "YELLOW SUBMARINE";
static_assert(file_key.size() == crypto::age::file_key_size);

/// `file_key` as the product holds it.
crypto::FileKey known_file_key();

/// The text as a passphrase.
crypto::SecretText secret(std::string_view text);

/// The pair of RFC 8032, section 7.1, test 1, with the key id 01 02 … 08.
const crypto::SigningKey& signing_key();
/// The pair of test 2 there, with the key id 09 0a … 10.
const crypto::SigningKey& second_key();

}  // namespace sandyk::fuzz
