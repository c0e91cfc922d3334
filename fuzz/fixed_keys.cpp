#include "fuzz/fixed_keys.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "crypto/seal/text_encoding.h"

namespace sandyk::fuzz {
namespace {

/// A minisign key file without a passphrase: only the pair and its id count there. The id is eight bytes in a
/// row from `first_of_id` on.
std::string key_file(std::string_view seed_hex, char first_of_id) {
  const auto seed = crypto::from_hex(seed_hex).value();
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> public_key;
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> pair;
  crypto_sign_seed_keypair(public_key.data(), pair.data(), seed.data());

  std::string key("Ed\0\0B2", 6);
  key.append(48, '\0');  // salt and limits
  for (char i = 0; i < 8; ++i) key += static_cast<char>(first_of_id + i);
  key += crypto::text_of(pair);
  key.append(32, '\0');  // checksum
  return "untrusted comment: not a secret\n" +
         crypto::to_base64(crypto::bytes_of(key), crypto::Base64::padded) + "\n";
}

crypto::SigningKey read_key(std::string_view seed_hex, char first_of_id) {
  return crypto::SigningKey::read(key_file(seed_hex, first_of_id), secret("")).value();
}

}  // namespace

crypto::FileKey known_file_key() {
  return crypto::FileKey::make([](auto out) { std::copy(file_key.begin(), file_key.end(), out.begin()); });
}

crypto::SecretText secret(std::string_view text) {
  return crypto::SecretText(crypto::bytes_of(text));
}

const crypto::SigningKey& signing_key() {
  static const crypto::SigningKey key =
      read_key("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", 1);
  return key;
}

const crypto::SigningKey& second_key() {
  static const crypto::SigningKey key =
      read_key("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", 9);
  return key;
}

}  // namespace sandyk::fuzz
