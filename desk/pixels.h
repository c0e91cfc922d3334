// A picture without its file: pixels alone, from which a new file is made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

namespace sandyk::desk {

inline constexpr std::uint32_t most_side = 4096;  ///< of a picture that the reader gives

/// Three bytes for each pixel, row by row from the top.
struct Pixels {
  std::uint32_t width, height;
  crypto::WipedBytes rgb;
};

/// The same picture, its longer side at most `side`: each pixel is the mean of those that it stands for.
Pixels shrunk(Pixels pixels, std::uint32_t side);
/// Turned and mirrored as Exif's orientation 1 to 8 says.
Pixels turned(Pixels pixels, unsigned orientation);

crypto::WipedBytes write_pixels(const Pixels& pixels);
/// Any bytes give pixels or nothing: sides from 1 to `most_side`, and exactly as many bytes as they need.
std::optional<Pixels> parse_pixels(crypto::ByteView bytes);

/// A PNG file with these pixels and nothing else.
std::string png_of(const Pixels& pixels);

}  // namespace sandyk::desk
