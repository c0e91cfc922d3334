#include "crypto/seal/utf8.h"

#include <cstddef>

namespace sandyk::crypto {
namespace {

/// The length of the character that `text` begins with; 0 when it is none (RFC 3629, section 4).
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const auto in = [](unsigned char c, unsigned least, unsigned most) { return c >= least && c <= most; };
  const unsigned char first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (in(first, 0xC2, 0xDF)) return in(second, 0x80, 0xBF) ? 2 : 0;
  const bool goes_on = in(byte(2), 0x80, 0xBF);
  if (in(first, 0xE0, 0xEF)) {
    const unsigned least = first == 0xE0 ? 0xA0 : 0x80, most = first == 0xED ? 0x9F : 0xBF;
    return in(second, least, most) && goes_on ? 3 : 0;
  }
  if (in(first, 0xF0, 0xF4)) {
    const unsigned least = first == 0xF0 ? 0x90 : 0x80, most = first == 0xF4 ? 0x8F : 0xBF;
    return in(second, least, most) && goes_on && in(byte(3), 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace sandyk::crypto
