#include "desk/file_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "crypto/seal/utf8.h"

namespace sandyk::desk {
namespace {

using crypto::ByteView;
using namespace std::string_view_literals;

constexpr std::size_t head_size = 4096;  // where what makes a text active is looked for
constexpr std::size_t pdf_head = 1024;   // readers of PDF begin anywhere in there
constexpr std::size_t zip_end = 22, zip_tail = 65535 + zip_end;

struct Magic {
  std::size_t at;
  std::string_view bytes;
  FileKind kind;
};

constexpr std::array magics = {
    Magic{0, "\xFF\xD8\xFF"sv, {"image/jpeg", "jpg", true}},
    Magic{0, "\x89PNG\r\n\x1A\n"sv, {"image/png", "png", true}},
    Magic{8, "WEBP"sv, {"image/webp", "webp", true}},
    Magic{0, "GIF8"sv, {"image/gif", "gif"}},
    Magic{0, "II*\0"sv, {"image/tiff", "tif"}},
    Magic{0, "MM\0*"sv, {"image/tiff", "tif"}},
    Magic{0, "BM"sv, {"image/bmp", "bmp"}},
    Magic{4, "ftypheic"sv, {"image/heic", "heic"}},
    Magic{4, "ftypmif1"sv, {"image/heic", "heic"}},
    Magic{4, "ftypavif"sv, {"image/avif", "avif"}},
    Magic{4, "ftypM4A "sv, {"audio/mp4", "m4a"}},
    Magic{4, "ftyp"sv, {"video/mp4", "mp4"}},
    Magic{0, "\x1A\x45\xDF\xA3"sv, {"video/webm", "webm"}},
    Magic{8, "AVI "sv, {"video/x-msvideo", "avi"}},
    Magic{8, "WAVE"sv, {"audio/wav", "wav"}},
    Magic{0, "OggS"sv, {"audio/ogg", "ogg"}},
    Magic{0, "ID3"sv, {"audio/mpeg", "mp3"}},
    Magic{0, "\xFF\xFB"sv, {"audio/mpeg", "mp3"}},
    Magic{0, "#!AMR"sv, {"audio/amr", "amr"}},
    Magic{0, "%PDF-"sv, {"application/pdf", "pdf"}},
    Magic{0, "PK\x03\x04"sv, {"application/zip", "zip"}},
    Magic{0, "PK\x05\x06"sv, {"application/zip", "zip"}},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, {"application/x-7z-compressed", "7z"}},
    Magic{0, "Rar!\x1A\x07"sv, {"application/vnd.rar", "rar"}},
    Magic{0, "\x1F\x8B"sv, {"application/gzip", "gz"}},
    Magic{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, {"application/x-ole-storage", "bin"}},
    Magic{0, "MZ"sv, {"application/x-msdownload", "bin"}},
    Magic{0,
          "\x7F"
          "ELF"sv,
          {"application/x-executable", "bin"}},
};

bool has(std::string_view text, const Magic& magic) {
  if (text.size() < magic.at || !text.substr(magic.at).starts_with(magic.bytes)) return false;
  const bool is_riff = magic.at == 8;
  return !is_riff || text.starts_with("RIFF");
}

bool holds(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

/// Whether a browser would take its beginning for a page.
bool begins_like_html(std::string_view text) {
  const std::string_view head = text.substr(0, head_size);
  for (const std::string_view mark : {"<!doctype html"sv, "<html"sv, "<script"sv, "<body"sv, "<iframe"sv})
    if (holds(head, mark)) return true;
  return false;
}

bool ends_like_zip(std::string_view text) {
  if (text.size() < zip_end) return false;
  const std::string_view tail = text.substr(text.size() - std::min(text.size(), zip_tail));
  return tail.find("PK\x05\x06"sv) != std::string_view::npos;
}

}  // namespace

FileKind kind_of_file(ByteView content) {
  const std::string_view text = crypto::text_of(content);
  for (const Magic& magic : magics)
    if (has(text, magic)) return magic.kind;
  if (text.find('\0') != std::string_view::npos || !crypto::is_utf8(text))
    return {"application/octet-stream", "bin"};
  if (holds(text.substr(0, head_size), "<svg")) return {"image/svg+xml", "svg.txt"};
  if (begins_like_html(text)) return {"text/html", "html.txt"};
  return {"text/plain", "txt"};
}

std::optional<std::string_view> also_is(ByteView picture) {
  const std::string_view text = crypto::text_of(picture);
  if (ends_like_zip(text)) return "a zip archive";
  if (text.substr(0, pdf_head).find("%PDF-") != std::string_view::npos) return "a PDF document";
  if (begins_like_html(text)) return "a page with a script";
  return std::nullopt;
}

}  // namespace sandyk::desk
