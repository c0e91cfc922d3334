// The keyring that a load generator seals to, verified as a reporter would.
#pragma once

#include <stdexcept>
#include <string>

#include "crypto/seal/file.h"
#include "crypto/seal/keyring.h"

namespace sandyk::bench {

/// Reads `keyring` and `keyring`.minisig, and the site's root.pub. Throws a sentence.
inline crypto::Keyring read_keyring(const std::string& keyring, const std::string& root_key) {
  const auto root_file = crypto::read_file(root_key, 4096);
  const auto root = root_file ? crypto::VerifyKey::parse(crypto::text_of(*root_file)) : std::nullopt;
  const auto json = crypto::read_file(keyring, crypto::max_keyring_size);
  const auto signature = crypto::read_file(keyring + ".minisig", 4096);
  if (!root || !json || !signature)
    throw std::runtime_error("The keyring, its signature or the root key cannot be read.");
  auto verified = crypto::Keyring::verify(*json, crypto::text_of(*signature), *root);
  if (!verified) throw std::runtime_error(std::string(sentence(verified.error())));
  return std::move(*verified);
}

}  // namespace sandyk::bench
