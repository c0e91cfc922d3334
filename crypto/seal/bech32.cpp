#include "crypto/seal/bech32.h"

namespace sandyk::crypto {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 6;

using Text = std::vector<char, WipingAllocator<char>>;

// Locale-free: tolower() would depend on the machine.
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// The running checksum of BIP 173.
class Polymod {
 public:
  void add(std::uint8_t value) {
    constexpr std::uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = sum_ >> 25;
    sum_ = (sum_ & 0x1ffffff) << 5 ^ value;
    for (unsigned i = 0; i < 5; ++i)
      if (top >> i & 1) sum_ ^= generator[i];
  }
  void add_hrp(std::string_view hrp) {
    for (char c : hrp) add(static_cast<std::uint8_t>(lower(c)) >> 5);
    add(0);
    for (char c : hrp) add(static_cast<std::uint8_t>(lower(c)) & 31);
  }
  std::uint32_t value() const { return sum_; }

 private:
  std::uint32_t sum_ = 1;
};

/// Eight bits to five, the last group filled with zeros.
WipedBytes to_groups(ByteView bytes) {
  WipedBytes groups;
  groups.reserve(bytes.size() * 8 / 5 + 1);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (std::uint8_t b : bytes) {
    held = (held << 8 | b) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      groups.push_back(static_cast<std::uint8_t>(held >> bits & 31));
    }
  }
  if (bits > 0) groups.push_back(static_cast<std::uint8_t>(held << (5 - bits) & 31));
  return groups;
}

/// Five bits to eight; left-over bits must be fewer than five and zero.
std::optional<WipedBytes> from_groups(ByteView groups) {
  WipedBytes bytes;
  bytes.reserve(groups.size() * 5 / 8);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (std::uint8_t g : groups) {
    held = (held << 5 | g) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(held >> bits));
    }
  }
  if (bits >= 5 || (held & ((1U << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

Text encode(std::string_view hrp, ByteView bytes) {
  const WipedBytes groups = to_groups(bytes);
  Polymod sum;
  sum.add_hrp(hrp);
  Text out;
  out.reserve(hrp.size() + 1 + groups.size() + checksum_size);
  for (char c : hrp) out.push_back(lower(c));
  out.push_back('1');
  for (std::uint8_t g : groups) {
    sum.add(g);
    out.push_back(alphabet[g]);
  }
  for (std::size_t i = 0; i < checksum_size; ++i) sum.add(0);
  const std::uint32_t checksum = sum.value() ^ 1;
  for (unsigned i = 0; i < checksum_size; ++i) out.push_back(alphabet[checksum >> 5 * (5 - i) & 31]);
  return out;
}

/// `is_upper` names the one case the text must be written in.
std::optional<WipedBytes> decode(std::string_view hrp, std::string_view text, bool is_upper) {
  if (hrp.empty() || text.size() < hrp.size() + 1 + checksum_size || text.substr(0, hrp.size()) != hrp ||
      text[hrp.size()] != '1')
    return std::nullopt;
  Polymod sum;
  sum.add_hrp(hrp);
  WipedBytes groups;
  groups.reserve(text.size());
  for (char c : text.substr(hrp.size() + 1)) {
    const char small = lower(c);
    const auto value = alphabet.find(small);
    if (value == std::string_view::npos || c != (is_upper ? upper(small) : small)) return std::nullopt;
    groups.push_back(static_cast<std::uint8_t>(value));
    sum.add(groups.back());
  }
  if (sum.value() != 1) return std::nullopt;
  groups.resize(groups.size() - checksum_size);
  return from_groups(groups);
}

}  // namespace

std::string to_bech32(std::string_view hrp, ByteView bytes) {
  const Text text = encode(hrp, bytes);
  return {text.begin(), text.end()};
}

std::optional<Bytes> from_bech32(std::string_view hrp, std::string_view text) {
  auto bytes = decode(hrp, text, false);
  if (!bytes) return std::nullopt;
  return Bytes(bytes->begin(), bytes->end());
}

SecretText to_bech32_secret(std::string_view upper_hrp, ByteView secret) {
  Text text = encode(upper_hrp, secret);
  for (char& c : text) c = upper(c);
  return SecretText(bytes_of({text.data(), text.size()}));
}

std::optional<WipedBytes> from_bech32_secret(std::string_view upper_hrp, std::string_view text) {
  return decode(upper_hrp, text, true);
}

}  // namespace sandyk::crypto
