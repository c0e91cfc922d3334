// A signed file and its signature beside it, as bytes that nobody has verified yet.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"

namespace sandyk::storage {

/// Where the signature of a file stands.
std::filesystem::path signature_of(const std::filesystem::path& json);

struct SignedPair {
  crypto::Bytes json, signature;
};

/// Reads both; the fault says for people which of them cannot be read, and why.
[[nodiscard]] tl::expected<SignedPair, std::string> read_signed(const std::filesystem::path& json,
                                                                std::size_t max_size);

/// Writes both, durably, the signature first: a file without one is never taken for a signed one, and a crash
/// between the two leaves a pair that does not verify, or the old pair's file.
[[nodiscard]] tl::expected<void, crypto::IoFault> write_signed(const std::filesystem::path& json,
                                                               crypto::ByteView bytes,
                                                               crypto::ByteView signature);

/// Removes both; that one is not there is fine.
void remove_signed(const std::filesystem::path& json);

}  // namespace sandyk::storage
