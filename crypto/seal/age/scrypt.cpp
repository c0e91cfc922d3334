#include "crypto/seal/age/scrypt.h"

#include <sodium.h>

#include <algorithm>
#include <string>

#include "crypto/seal/age/file_key.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto::age {

std::optional<WrapKey> scrypt_wrap_key(const SecretText& passphrase, const ScryptSalt& salt, unsigned log_n) {
  Bytes labelled(scrypt_salt_label.begin(), scrypt_salt_label.end());
  labelled.insert(labelled.end(), salt.begin(), salt.end());
  bool is_done = false;
  auto key = WrapKey::make([&](std::span<std::uint8_t, 32> out) {
    is_done = crypto_pwhash_scryptsalsa208sha256_ll(passphrase.expose().data(), passphrase.size(),
                                                    labelled.data(), labelled.size(), 1ULL << log_n, 8, 1,
                                                    out.data(), out.size()) == 0;
  });
  if (!is_done) return std::nullopt;
  return key;
}

tl::expected<Stanza, SealFault> ScryptRecipient::wrap(const FileKey& file_key) const {
  if (passphrase_.size() == 0 || log_n_ == 0 || log_n_ > scrypt_max_log_n)
    return tl::unexpected(SealFault::bad_recipient);
  ScryptSalt salt;
  randombytes_buf(salt.data(), salt.size());
  const auto key = scrypt_wrap_key(passphrase_, salt, log_n_);
  if (!key) return tl::unexpected(SealFault::too_costly);
  return Stanza{{std::string(scrypt_type), to_base64(salt, Base64::padless), std::to_string(log_n_)},
                wrap_file_key(*key, zero_nonce, file_key)};
}

}  // namespace sandyk::crypto::age
