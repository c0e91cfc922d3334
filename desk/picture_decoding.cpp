#include "desk/picture_decoding.h"

#include <fmt/format.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "desk/file_kind.h"

namespace sandyk::desk {
namespace {

using crypto::ByteView;
using Decoded = tl::expected<Pixels, std::string>;

constexpr std::size_t depth = 3, depth_of_print = 4;

tl::unexpected<std::string> damaged() {
  return tl::unexpected(std::string("it is damaged, or made to look like a picture"));
}

/// Whether a picture of these sides may be decoded.
std::optional<std::string> why_too_large(std::int64_t width, std::int64_t height) {
  if (width < 1 || height < 1) return "it has no size";
  if (width > most_file_side || height > most_file_side ||
      static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > most_pixels)
    return fmt::format("it says that it is {} by {} pixels large, more than is decoded", width, height);
  return std::nullopt;
}

struct CloseJpeg {
  void operator()(void* handle) const noexcept { tjDestroy(handle); }
};

/// The smallest of the decoder's own scales that is not below `side`: what is not decoded takes no memory.
tjscalingfactor scale_for(int longest, std::uint32_t side) {
  int count = 0;
  const tjscalingfactor* factors = tjGetScalingFactors(&count);
  tjscalingfactor best{1, 1};
  for (const auto& factor : std::span(factors, factors == nullptr ? 0 : static_cast<std::size_t>(count)))
    if (factor.num <= factor.denom && TJSCALED(longest, factor) >= static_cast<int>(side) &&
        TJSCALED(longest, factor) < TJSCALED(longest, best))
      best = factor;
  return best;
}

/// From the four colours of a press, as Adobe's programs store them: inverted.
Pixels from_print(const Pixels& print) {
  Pixels pixels{print.width, print.height, {}};
  pixels.rgb.reserve(print.rgb.size() / depth_of_print * depth);
  for (std::size_t at = 0; at + depth_of_print <= print.rgb.size(); at += depth_of_print)
    for (std::size_t c = 0; c < depth; ++c)
      pixels.rgb.push_back(static_cast<std::uint8_t>(print.rgb[at + c] * print.rgb[at + depth] / 255));
  return pixels;
}

Decoded decode_jpeg(ByteView file, std::uint32_t side) {
  const std::unique_ptr<void, CloseJpeg> jpeg(tjInitDecompress());
  int width = 0, height = 0, sampling = 0, colours = 0;
  if (!jpeg ||
      tjDecompressHeader3(jpeg.get(), file.data(), file.size(), &width, &height, &sampling, &colours) != 0)
    return damaged();
  if (auto why = why_too_large(width, height)) return tl::unexpected(std::move(*why));
  const auto scale = scale_for(std::max(width, height), side);
  width = TJSCALED(width, scale);
  height = TJSCALED(height, scale);
  const bool is_print = colours == TJCS_CMYK || colours == TJCS_YCCK;
  Pixels pixels{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), {}};
  pixels.rgb.resize(std::size_t{is_print ? depth_of_print : depth} * pixels.width * pixels.height);
  const int done = tjDecompress2(jpeg.get(), file.data(), file.size(), pixels.rgb.data(), width, 0, height,
                                 is_print ? TJPF_CMYK : TJPF_RGB, TJFLAG_LIMITSCANS);
  // A file that was cut short is shown as far as it goes.
  if (done != 0 && tjGetErrorCode(jpeg.get()) != TJERR_WARNING) return damaged();
  return is_print ? from_print(pixels) : std::move(pixels);
}

struct FreePng {
  void operator()(png_image* image) const noexcept { png_image_free(image); }
};

Decoded decode_png(ByteView file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, FreePng> frees(&image);
  if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) return damaged();
  if (auto why = why_too_large(image.width, image.height)) return tl::unexpected(std::move(*why));
  image.format = PNG_FORMAT_RGB;
  Pixels pixels{image.width, image.height, {}};
  pixels.rgb.resize(PNG_IMAGE_SIZE(image));
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&image, &white, pixels.rgb.data(), 0, nullptr) == 0) return damaged();
  return pixels;
}

/// What shines through is laid on white.
Pixels on_white(const Pixels& layered) {
  Pixels pixels{layered.width, layered.height, {}};
  pixels.rgb.reserve(layered.rgb.size() / (depth + 1) * depth);
  for (std::size_t at = 0; at + depth < layered.rgb.size(); at += depth + 1)
    for (std::size_t c = 0; c < depth; ++c) {
      const unsigned cover = layered.rgb[at + depth];
      pixels.rgb.push_back(
          static_cast<std::uint8_t>((layered.rgb[at + c] * cover + 255 * (255 - cover)) / 255));
    }
  return pixels;
}

Decoded decode_webp(ByteView file) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0 ||
      WebPGetFeatures(file.data(), file.size(), &config.input) != VP8_STATUS_OK)
    return damaged();
  if (config.input.has_animation != 0) return tl::unexpected(std::string("it moves"));
  if (auto why = why_too_large(config.input.width, config.input.height))
    return tl::unexpected(std::move(*why));
  Pixels pixels{
      static_cast<std::uint32_t>(config.input.width), static_cast<std::uint32_t>(config.input.height), {}};
  const bool is_layered = config.input.has_alpha != 0;
  const std::size_t row = std::size_t{is_layered ? depth + 1 : depth} * pixels.width;
  pixels.rgb.resize(row * pixels.height);
  config.output.colorspace = is_layered ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {pixels.rgb.data(), static_cast<int>(row), pixels.rgb.size()};
  if (WebPDecode(file.data(), file.size(), &config) != VP8_STATUS_OK) return damaged();
  return is_layered ? on_white(pixels) : std::move(pixels);
}

/// Numbers of a TIFF, which says itself which end comes first.
class Tiff {
 public:
  explicit Tiff(ByteView bytes) : bytes_(bytes), is_little_(!bytes.empty() && bytes[0] == 'I') {}
  std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes_[at + (is_little_ ? size - 1 - i : i)];
    return value;
  }

 private:
  ByteView bytes_;
  bool is_little_;
};

unsigned orientation_of_tiff(ByteView bytes) {
  constexpr std::size_t entry = 12;
  constexpr std::uint32_t orientation_tag = 0x0112, short_type = 3;
  const Tiff tiff(bytes);
  const auto first = tiff.number(4, 4);
  const auto count = first ? tiff.number(*first, 2) : std::nullopt;
  for (std::size_t i = 0; count && i < *count; ++i) {
    const std::size_t at = std::size_t{*first} + 2 + i * entry;
    const auto value = tiff.number(at + 8, 2);
    if (!value) return 1;
    if (tiff.number(at, 2) == orientation_tag && tiff.number(at + 2, 2) == short_type)
      return *value >= 1 && *value <= 8 ? *value : 1;
  }
  return 1;
}

}  // namespace

unsigned orientation_of_jpeg(ByteView file) {
  constexpr std::uint8_t mark = 0xFF, begins_scan = 0xDA, app1 = 0xE1;
  constexpr std::string_view exif("Exif\0\0", 6);
  crypto::Reader in(file);
  (void)in.take(2);
  while (const auto head = in.take(4)) {
    const std::size_t length = std::size_t{(*head)[2]} << 8 | (*head)[3];
    if ((*head)[0] != mark || (*head)[1] == begins_scan || length < 2) return 1;
    const auto segment = in.take(length - 2);
    if (!segment) return 1;
    if ((*head)[1] == app1 && crypto::text_of(*segment).starts_with(exif))
      return orientation_of_tiff(segment->subspan(exif.size()));
  }
  return 1;
}

Decoded decode_picture(ByteView file, std::uint32_t side) {
  const FileKind kind = kind_of_file(file);
  if (!kind.is_picture)
    return tl::unexpected(fmt::format("it is {}, no picture that can be shown", kind.type));
  if (const auto other = also_is(file))
    return tl::unexpected(fmt::format("it is {} at the same time: made to deceive", *other));
  auto pixels = kind.type == "image/jpeg"  ? decode_jpeg(file, side)
                : kind.type == "image/png" ? decode_png(file)
                                           : decode_webp(file);
  if (!pixels) return pixels;
  Pixels small = shrunk(std::move(*pixels), side);
  return kind.type == "image/jpeg" ? turned(std::move(small), orientation_of_jpeg(file)) : std::move(small);
}

}  // namespace sandyk::desk
