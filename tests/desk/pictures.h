// Picture files, made by the libraries that are to read them.
#pragma once

#include <png.h>
#include <turbojpeg.h>
#include <webp/encode.h>
#include <zlib.h>

#include <cstdint>
#include <string>

#include "desk/pixels.h"

namespace sandyk::desk {

/// Red on the left half, blue on the right.
inline Pixels two_colours(std::uint32_t width, std::uint32_t height) {
  Pixels pixels{width, height, {}};
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x) {
      const bool is_left = x < width / 2;
      for (const int value : {is_left ? 255 : 0, 0, is_left ? 0 : 255})
        pixels.rgb.push_back(static_cast<std::uint8_t>(value));
    }
  return pixels;
}

inline std::string jpeg_of(const Pixels& pixels) {
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const tjhandle handle = tjInitCompress();
  tjCompress2(handle, pixels.rgb.data(), static_cast<int>(pixels.width), 0, static_cast<int>(pixels.height),
              TJPF_RGB, &bytes, &size, TJSAMP_444, 95, 0);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(handle);
  return file;
}

inline std::string webp_of(const Pixels& pixels) {
  std::uint8_t* bytes = nullptr;
  const std::size_t size =
      WebPEncodeLosslessRGB(pixels.rgb.data(), static_cast<int>(pixels.width),
                            static_cast<int>(pixels.height), static_cast<int>(3 * pixels.width), &bytes);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  WebPFree(bytes);
  return file;
}

/// The same JPEG with an Exif part that says how it was held.
inline std::string with_orientation(const std::string& jpeg, char orientation) {
  std::string exif("Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 24);
  exif += orientation;
  exif += std::string(7, '\0');
  std::string segment("\xFF\xE1", 2);
  segment += static_cast<char>((exif.size() + 2) >> 8);
  segment += static_cast<char>((exif.size() + 2) & 0xFF);
  return jpeg.substr(0, 2) + segment + exif + jpeg.substr(2);
}

/// A chunk of a PNG, with the checksum that it needs.
inline std::string png_chunk(const std::string& type, const std::string& data) {
  const auto number = [](std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  };
  const std::string body = type + data;
  const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return number(static_cast<std::uint32_t>(data.size())) + body + number(static_cast<std::uint32_t>(sum));
}

/// A PNG of some hundred bytes that says it is as large as asked.
inline std::string png_bomb(std::uint32_t width, std::uint32_t height) {
  std::string head;
  for (const std::uint32_t side : {width, height})
    for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(side >> shift);
  head += std::string("\x08\x02\0\0\0", 5);
  return "\x89PNG\r\n\x1A\n" + png_chunk("IHDR", head) + png_chunk("IDAT", std::string(200, 'x')) +
         png_chunk("IEND", "");
}

}  // namespace sandyk::desk
