#include "crypto/seal/text_encoding.h"

#include <sodium.h>

#include <array>
#include <cstdint>

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

constexpr std::uint8_t no_digit = 64;

/// What each character stands for.
constexpr std::array<std::uint8_t, 256> digit_values(std::string_view last_two) {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  std::uint8_t value = 0;
  for (const std::string_view range : {"AZ", "az", "09"})
    for (char c = range[0]; c <= range[1]; ++c) values[static_cast<std::uint8_t>(c)] = value++;
  for (const char c : last_two) values[static_cast<std::uint8_t>(c)] = value++;
  return values;
}
constexpr auto standard_digits = digit_values("+/"), url_digits = digit_values("-_");

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

// Not by libsodium, which takes the same time whatever the bytes are, as befits a secret: what is read here
// is public, and a report's header alone is three thousand digits.
std::optional<Bytes> from_base64(std::string_view text, Base64 variant) {
  if (variant == Base64::padded) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  const auto& values = variant == Base64::url ? url_digits : standard_digits;
  Bytes out(text.size() * 6 / 8);
  std::size_t size = 0;
  std::uint32_t bits = 0, seen = 0;
  unsigned held = 0;  // of `bits`, the last so many are not written yet
  for (const char c : text) {
    const std::uint32_t value = values[static_cast<std::uint8_t>(c)];
    seen |= value;
    bits = bits << 6 | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out[size++] = static_cast<std::uint8_t>(bits >> held);
  }
  const std::uint32_t unused = bits & ((1U << held) - 1);
  if ((seen & no_digit) != 0 || unused != 0) return std::nullopt;
  return out;
}

}  // namespace sandyk::crypto
