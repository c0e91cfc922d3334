#include "intake/pages.h"

#include <zlib.h>

#include <new>

namespace sandyk::intake {
namespace {

constexpr int gzip_window = 15 + 16;  // zlib's way to say gzip; its header then has no time and no name
constexpr int most_memory = 9;

std::string gzip(const std::string& text) {
  z_stream stream{};
  if (::deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, most_memory, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    throw std::bad_alloc();
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // it only reads them
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::bad_alloc();
  return out;
}

ServedPage served(std::string_view language, std::string_view path, std::string html) {
  std::string gzipped = gzip(html);
  return {language, path, std::move(html), std::move(gzipped)};
}

}  // namespace

ServedPages served_pages(const crypto::VerifyKey& root, const page::Contacts* contacts) {
  return {served("ru", "/", page::make("ru", root, contacts)),
          served("ky", "/ky/", page::make("ky", root, contacts)),
          served("en", "/en/", page::make("en", root, contacts))};
}

}  // namespace sandyk::intake
