#include "crypto/open/receipt.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/seal/hkdf.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/wiped_stack.h"

namespace sandyk::crypto {
namespace {

using ReceiptSecret = Secret<struct ReceiptSecretKind, 32>;
using ThreadBytes = Secret<struct ThreadBytesKind, 16>;

constexpr std::size_t group_size = 5;
constexpr unsigned long long argon_work = 2;
constexpr std::size_t argon_memory = 19 * 1024 * 1024;
constexpr std::size_t argon_stack = 32 * 1024;  // libsodium's goes down to 7 KiB

// The quasigroup of Damm's dissertation: finds every single wrong digit and every swap of neighbours.
constexpr std::uint8_t damm_table[10][10] = {{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
                                             {4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
                                             {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
                                             {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
                                             {9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}};

/// Zero over digits that end with their check digit.
std::uint8_t damm(std::span<const std::uint8_t> digits) {
  std::uint8_t state = 0;
  for (std::uint8_t digit : digits) state = damm_table[state][digit - '0'];
  return state;
}

/// One digit, each as likely as the others: bytes from 250 on are thrown back.
std::uint8_t random_digit() {
  std::uint8_t byte;
  do randombytes_buf(&byte, 1);
  while (byte >= 250);
  return static_cast<std::uint8_t>('0' + byte % 10);
}

}  // namespace

ReceiptCode ReceiptCode::random() {
  return ReceiptCode(Digits::make([](std::span<std::uint8_t, digits> out) {
    std::generate_n(out.begin(), digits - 1, random_digit);
    out[digits - 1] = static_cast<std::uint8_t>('0' + damm(out.first(digits - 1)));
  }));
}

std::optional<ReceiptCode> ReceiptCode::parse(std::string_view typed) {
  WipedArray<digits> read;
  std::size_t count = 0;
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || count == digits) return std::nullopt;
    read[count++] = static_cast<std::uint8_t>(c);
  }
  if (count != digits || damm(read) != 0) return std::nullopt;
  return ReceiptCode(Digits::make([&](auto out) { std::copy(read.begin(), read.end(), out.begin()); }));
}

SecretText ReceiptCode::grouped() const {
  WipedBytes text;
  for (std::size_t i = 0; i < digits; ++i) {
    if (i > 0 && i % group_size == 0) text.push_back(' ');
    text.push_back(digits_.expose()[i]);
  }
  return SecretText(text);
}

std::array<std::uint8_t, 64> ThreadKeys::sign(ByteView message) const {
  WipedArray<crypto_sign_SECRETKEYBYTES> pair;
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> public_key;
  crypto_sign_seed_keypair(public_key.data(), pair.data(), seed.expose().data());
  std::array<std::uint8_t, 64> signature;
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), pair.data());
  return signature;
}

ThreadKeys derive_thread_keys(const ReceiptCode& code, const VerifyKey& root) {
  const WipedStack wiped(argon_stack);
  Sha256 hash;
  hash.add(bytes_of("sandyk/receipt/1"));
  hash.add(root.key());
  const Digest salt = hash.finish();
  static_assert(crypto_pwhash_SALTBYTES == 16);

  const auto secret = ReceiptSecret::make([&](std::span<std::uint8_t, 32> out) {
    const auto digits = text_of(code.expose());
    if (crypto_pwhash(out.data(), out.size(), digits.data(), digits.size(), salt.bytes().data(), argon_work,
                      argon_memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
      throw std::bad_alloc();
  });
  const Prk prk = hkdf_extract({}, secret.expose());
  const auto thread = hkdf_expand<ThreadBytes>(prk, bytes_of("sandyk/thread/1"));
  ThreadKeys keys{{},
                  hkdf_expand<ReplyKey>(prk, bytes_of("sandyk/reply/1")),
                  hkdf_expand<ThreadSeed>(prk, bytes_of("sandyk/sign/1")),
                  {}};
  std::copy(thread.expose().begin(), thread.expose().end(), keys.thread.begin());
  WipedArray<crypto_sign_SECRETKEYBYTES> pair;
  crypto_sign_seed_keypair(keys.verify_key.data(), pair.data(), keys.seed.expose().data());
  return keys;
}

}  // namespace sandyk::crypto
