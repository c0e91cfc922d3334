// From a picture's file to its pixels. Done in the reader alone: decoders are where hostile pictures bite.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/bytes.h"
#include "desk/pixels.h"

namespace sandyk::desk {

inline constexpr std::uint64_t most_pixels = 50'000'000;  ///< of a picture that is decoded at all
inline constexpr std::uint32_t most_file_side = 32'000;

/// The pixels of a JPEG, PNG or WebP, upright, its longer side at most `side`; or a sentence's part that says
/// why not. The sizes that a file names are judged before anything of that size is taken.
[[nodiscard]] tl::expected<Pixels, std::string> decode_picture(crypto::ByteView file, std::uint32_t side);

/// Exif's orientation in a JPEG; 1 (upright) when there is none or it is malformed.
unsigned orientation_of_jpeg(crypto::ByteView file);

}  // namespace sandyk::desk
