#include "fuzz/fixed_keys.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "crypto/seal/text_encoding.h"

namespace sandyk::fuzz {
namespace {

/// A minisign key file without a passphrase: only the pair and its id count there.
std::string key_file() {
  const auto seed =
      crypto::from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value();
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> public_key;
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> pair;
  crypto_sign_seed_keypair(public_key.data(), pair.data(), seed.data());

  std::string key("Ed\0\0B2", 6);
  key.append(48, '\0');  // salt and limits
  for (char c = 1; c <= 8; ++c) key += c;
  key += crypto::text_of(pair);
  key.append(32, '\0');  // checksum
  return "untrusted comment: not a secret\n" +
         crypto::to_base64(crypto::bytes_of(key), crypto::Base64::padded) + "\n";
}

}  // namespace

crypto::FileKey known_file_key() {
  return crypto::FileKey::make([](auto out) { std::copy(file_key.begin(), file_key.end(), out.begin()); });
}

crypto::SecretText secret(std::string_view text) {
  return crypto::SecretText(crypto::bytes_of(text));
}

const crypto::SigningKey& signing_key() {
  static const crypto::SigningKey key = crypto::SigningKey::read(key_file(), secret("")).value();
  return key;
}

}  // namespace sandyk::fuzz
