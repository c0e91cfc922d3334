// Sizes and words of the minisign format, each once (minisign's own src/minisign.h).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sandyk::crypto::minisign {

inline constexpr std::size_t key_id_size = 8;
inline constexpr std::size_t public_key_size = 32;
inline constexpr std::size_t signature_size = 64;
inline constexpr std::string_view algorithm = "Ed";            // of a key
inline constexpr std::string_view prehashed_algorithm = "ED";  // of a signature over BLAKE2b-512
inline constexpr std::string_view untrusted_prefix = "untrusted comment: ";
inline constexpr std::string_view trusted_prefix = "trusted comment: ";
inline constexpr std::size_t max_comment = 1024;
inline constexpr std::size_t max_file = 4096;

using KeyId = std::array<std::uint8_t, key_id_size>;

}  // namespace sandyk::crypto::minisign
