// Everything secret that opening or sealing a file passes through, from its identity down to the chunk key,
// as needles for memory_scan.h.
#pragma once

#include <string>
#include <string_view>

#include "crypto/open/age/identity.h"
#include "crypto/seal/age/header.h"
#include "tests/crypto/memory_scan.h"

namespace sandyk::crypto {

inline constexpr std::string_view passphrase = "kymyz-Talas-7931-jailoo-Orozo-6402";
inline constexpr unsigned quick_log_n = 10;

/// The pseudorandom key that HKDF extracts.
void add_prk(Needles& needles, const std::string& name, ByteView salt, ByteView ikm);

/// The file key, and what a sealed file's MAC and payload are made with.
void add_file_key(Needles& needles, const FileKey& file_key, ByteView sealed, const age::Header& header);

/// An X-Wing seed, its text, and all that it expands to (draft-connolly-cfrg-xwing-kem).
void add_identity(Needles& needles, const age::HybridIdentity& identity);

/// The passphrase, and what scrypt makes of it with the salt of `stanza`.
void add_passphrase(Needles& needles, const age::Stanza& stanza);

/// An Ed25519 seed, its key pair, and the scalar and prefix that signing makes of it (RFC 8032).
void add_signing_seed(Needles& needles, const std::string& name, ByteView seed);

/// All of the above that `identity` and the file have, and places of the plaintext.
Needles secrets_of(const age::Identity& identity, ByteView sealed, ByteView plain);

}  // namespace sandyk::crypto
