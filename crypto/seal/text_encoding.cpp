#include "crypto/seal/text_encoding.h"

#include <sodium.h>

namespace sandyk::crypto {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

int variant_of(Base64 variant) {
  switch (variant) {
    case Base64::padless:
      return sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    case Base64::padded:
      return sodium_base64_VARIANT_ORIGINAL;
    case Base64::url:
      return sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  }
  std::abort();
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::uint8_t b : bytes) {
    out += hex_digits[b >> 4];
    out += hex_digits[b & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_digits.find(text[i]);
    const auto low = hex_digits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::string to_base64(ByteView bytes, Base64 variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant_of(variant)), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant_of(variant));
  out.pop_back();  // the library's closing NUL
  return out;
}

std::optional<Bytes> from_base64(std::string_view text, Base64 variant) {
  Bytes out(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end,
                        variant_of(variant)) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  out.resize(size);
  // The library lets some non-canonical forms through; writing it again settles the question.
  if (to_base64(out, variant) != text) return std::nullopt;
  return out;
}

}  // namespace sandyk::crypto
