#include "reporter/media_type.h"

#include <array>
#include <cstddef>

namespace sandyk::reporter {
namespace {

using std::string_view_literals::operator""sv;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  std::string_view media_type;
};

// WHATWG "MIME Sniffing", sections 6.1 and 6.2, and what phones make.
constexpr std::array signatures = {
    Signature{0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    Signature{0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    Signature{0, "GIF8"sv, "image/gif"},
    Signature{8, "WEBPVP"sv, "image/webp"},
    Signature{0, "%PDF-"sv, "application/pdf"},
    Signature{0, "PK\x03\x04"sv, "application/zip"},
    Signature{4, "ftypheic"sv, "image/heic"},
    Signature{4, "ftypM4A "sv, "audio/mp4"},
    Signature{4, "ftypqt"sv, "video/quicktime"},
    Signature{4, "ftyp"sv, "video/mp4"},
    Signature{0, "\x1A\x45\xDF\xA3"sv, "video/webm"},
    Signature{0, "OggS"sv, "audio/ogg"},
    Signature{0, "ID3"sv, "audio/mpeg"},
    Signature{0, "\xFF\xFB"sv, "audio/mpeg"},
    Signature{0, "#!AMR"sv, "audio/amr"},
    Signature{8, "WAVE"sv, "audio/wav"},
};

constexpr std::string_view jpeg_start = "\xFF\xD8"sv;
constexpr std::uint8_t app1 = 0xE1;
constexpr std::uint8_t start_of_scan = 0xDA;

}  // namespace

std::string_view media_type_of(crypto::ByteView content) {
  const std::string_view text = crypto::text_of(content);
  for (const Signature& s : signatures)
    if (text.size() >= s.at && text.substr(s.at).starts_with(s.bytes)) return s.media_type;
  return "application/octet-stream";
}

std::string_view evidence_kind_of(std::string_view media_type) {
  if (media_type.starts_with("image/")) return "photo";
  if (media_type.starts_with("video/")) return "video";
  if (media_type.starts_with("audio/")) return "audio";
  return "document";
}

bool has_exif(crypto::ByteView content) {
  crypto::Reader reader(content);
  const auto start = reader.take(jpeg_start.size());
  if (!start || crypto::text_of(*start) != jpeg_start) return false;
  while (true) {  // segments: 0xFF, marker, length that counts itself, content
    const auto head = reader.take(4);
    if (!head || (*head)[0] != 0xFF || (*head)[1] == start_of_scan) return false;
    const std::size_t length = static_cast<std::size_t>((*head)[2]) << 8 | (*head)[3];
    if (length < 2) return false;
    const auto segment = reader.take(length - 2);
    if (!segment) return false;
    if ((*head)[1] == app1 && crypto::text_of(*segment).starts_with("Exif\0"sv)) return true;
  }
}

}  // namespace sandyk::reporter
