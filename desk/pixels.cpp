#include "desk/pixels.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace sandyk::desk {
namespace {

constexpr std::size_t depth = 3, number_size = 4;

std::size_t bytes_of(std::uint32_t width, std::uint32_t height) {
  return depth * width * height;
}

/// The mean of the box [x0, x1) by [y0, y1).
std::array<std::uint8_t, depth> mean(const Pixels& from, std::size_t x0, std::size_t x1, std::size_t y0,
                                     std::size_t y1) {
  std::array<std::uint64_t, depth> sum{};
  for (std::size_t y = y0; y < y1; ++y)
    for (std::size_t x = x0; x < x1; ++x)
      for (std::size_t c = 0; c < depth; ++c) sum.at(c) += from.rgb[depth * (y * from.width + x) + c];
  const std::uint64_t count = (x1 - x0) * (y1 - y0);
  std::array<std::uint8_t, depth> result{};
  for (std::size_t c = 0; c < depth; ++c) result.at(c) = static_cast<std::uint8_t>(sum.at(c) / count);
  return result;
}

}  // namespace

Pixels shrunk(Pixels from, std::uint32_t side) {
  const std::uint64_t longest = std::max(from.width, from.height);
  if (longest <= side) return from;
  const auto fitted = [&](std::uint32_t length) {
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, length * std::uint64_t{side} / longest));
  };
  Pixels to{fitted(from.width), fitted(from.height), {}};
  to.rgb.reserve(bytes_of(to.width, to.height));
  for (std::size_t y = 0; y < to.height; ++y)
    for (std::size_t x = 0; x < to.width; ++x) {
      const auto pixel = mean(from, x * from.width / to.width, (x + 1) * from.width / to.width,
                              y * from.height / to.height, (y + 1) * from.height / to.height);
      to.rgb.insert(to.rgb.end(), pixel.begin(), pixel.end());
    }
  return to;
}

Pixels turned(Pixels from, unsigned orientation) {
  if (orientation < 2 || orientation > 8) return from;
  const bool is_transposed = orientation >= 5;
  // After transposing where that is asked, whether columns and rows run backwards.
  const bool mirrors_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool mirrors_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  Pixels to{from.width, from.height, {}};
  if (is_transposed) std::swap(to.width, to.height);
  to.rgb.reserve(from.rgb.size());
  for (std::size_t y = 0; y < to.height; ++y)
    for (std::size_t x = 0; x < to.width; ++x) {
      std::size_t from_x = mirrors_x ? to.width - 1 - x : x, from_y = mirrors_y ? to.height - 1 - y : y;
      if (is_transposed) std::swap(from_x, from_y);
      const auto pixel =
          from.rgb.begin() + static_cast<std::ptrdiff_t>(depth * (from_y * from.width + from_x));
      to.rgb.insert(to.rgb.end(), pixel, pixel + depth);
    }
  return to;
}

crypto::WipedBytes write_pixels(const Pixels& pixels) {
  crypto::WipedBytes bytes;
  bytes.reserve(2 * number_size + pixels.rgb.size());
  for (const std::uint32_t number : {pixels.width, pixels.height})
    for (unsigned i = 0; i < number_size; ++i) bytes.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  bytes.insert(bytes.end(), pixels.rgb.begin(), pixels.rgb.end());
  return bytes;
}

std::optional<Pixels> parse_pixels(crypto::ByteView bytes) {
  crypto::Reader in(bytes);
  std::array<std::uint32_t, 2> sides{};
  for (std::uint32_t& side : sides) {
    const auto number = in.take(number_size);
    if (!number) return std::nullopt;
    for (std::size_t i = number_size; i-- > 0;) side = side << 8 | (*number)[i];
    if (side < 1 || side > most_side) return std::nullopt;
  }
  const auto rgb = in.left();
  if (rgb.size() != bytes_of(sides[0], sides[1])) return std::nullopt;
  return Pixels{sides[0], sides[1], {rgb.begin(), rgb.end()}};
}

std::string png_of(const Pixels& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = pixels.width;
  image.height = pixels.height;
  image.format = PNG_FORMAT_RGB;
  image.flags = PNG_IMAGE_FLAG_FAST;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string file(size, '\0');
  if (png_image_write_to_memory(&image, file.data(), &size, 0, pixels.rgb.data(), 0, nullptr) == 0)
    throw std::runtime_error("libpng could not write a picture");
  file.resize(size);
  return file;
}

}  // namespace sandyk::desk
