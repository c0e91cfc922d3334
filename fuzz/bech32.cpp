// Any Bech32 string that is read has no second spelling, and none with one character changed reads; any bytes
// that are written are read again. Since no fuzzer
// guesses a checksum, its bytes are also taken as five-bit groups and given the right one.
#include "crypto/seal/bech32.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "crypto/seal/age/mlkem768x25519.h"
#include "crypto/seal/age/x25519.h"

namespace {

using namespace sandyk::crypto;

/// Of the part that the checksum is over, which finds every single wrong character whatever the length.
std::string with_one_changed(std::string_view hrp, std::string_view text, std::uint8_t choice) {
  const auto begin = hrp.size() + 1;
  std::string changed(text);
  char& c = changed[begin + choice % (text.size() - begin)];
  const char q = hrp[0] >= 'a' ? 'q' : 'Q';
  c = c == q ? static_cast<char>(q - 1) : q;
  return changed;
}

void check_public(std::string_view hrp, std::string_view text, ByteView input) {
  const auto read = from_bech32(hrp, text);
  if (!read) return;
  if (to_bech32(hrp, *read) != text) std::abort();
  const std::string changed = with_one_changed(hrp, text, input[input.size() / 2]);
  if (from_bech32(hrp, changed)) std::abort();
}

void check_secret(std::string_view hrp, std::string_view text, ByteView input) {
  const auto read = from_bech32_secret(hrp, text);
  if (!read) return;
  if (text_of(to_bech32_secret(hrp, *read).expose()) != text) std::abort();
  const std::string changed = with_one_changed(hrp, text, input[input.size() / 2]);
  if (from_bech32_secret(hrp, changed)) std::abort();
}

/// As in BIP 173, written down once more.
std::uint32_t polymod(ByteView values) {
  constexpr std::array<std::uint32_t, 5> generator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                      0x2a1462b3};
  std::uint32_t sum = 1;
  for (const std::uint8_t value : values) {
    const std::uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i) sum ^= (top >> i & 1) != 0 ? generator[i] : 0;
  }
  return sum;
}

/// The groups under the part `a` in front.
std::string with_right_checksum(ByteView groups) {
  constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  Bytes values = {'a' >> 5, 0, 'a' & 31};
  values.insert(values.end(), groups.begin(), groups.end());
  values.resize(values.size() + 6);
  const std::uint32_t checksum = polymod(values) ^ 1;
  std::string text = "a1";
  for (const std::uint8_t group : groups) text += alphabet[group];
  for (unsigned i = 0; i < 6; ++i) text += alphabet[checksum >> 5 * (5 - i) & 31];
  return text;
}

/// Bits that are left over must be fewer than five, and zero.
void check_padding(ByteView input) {
  Bytes groups;
  for (const std::uint8_t b : input) groups.push_back(b & 31);
  const std::size_t left_over = 5 * groups.size() % 8;
  const bool is_zero =
      groups.empty() || (groups.back() & ((1U << std::min<std::size_t>(left_over, 5)) - 1)) == 0;
  const auto read = from_bech32("a", with_right_checksum(groups));
  if (read.has_value() != (left_over < 5 && is_zero)) std::abort();
  if (read && read->size() != 5 * groups.size() / 8) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto text = text_of(bytes);
  check_padding(bytes);
  for (const std::string_view hrp :
       {std::string_view("a"), age::x25519_recipient_hrp, age::hybrid_recipient_hrp})
    check_public(hrp, text, bytes);
  for (const std::string_view hrp :
       {std::string_view("A"), age::x25519_identity_hrp, age::hybrid_identity_hrp})
    check_secret(hrp, text, bytes);
  if (from_bech32("age1pq", to_bech32("age1pq", bytes)) != Bytes(data, data + size)) std::abort();
  const auto secret = from_bech32_secret("A", text_of(to_bech32_secret("A", bytes).expose()));
  if (!secret || text_of(*secret) != text) std::abort();
  if (const auto recipient = age::HybridRecipient::parse(text); recipient && recipient->text() != text)
    std::abort();
  if (const auto recipient = age::X25519Recipient::parse(text); recipient && recipient->text() != text)
    std::abort();
  return 0;
}
