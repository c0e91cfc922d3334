#include "crypto/seal/age/file_key.h"

namespace sandyk::crypto::age {

Bytes wrap_file_key(const WrapKey& key, const WrapNonce& nonce, const FileKey& file_key) {
  Bytes body(wrapped_key_size);
  crypto_aead_chacha20poly1305_ietf_encrypt(body.data(), nullptr, file_key.expose().data(), file_key_size,
                                            nullptr, 0, nullptr, nonce.data(), key.expose().data());
  return body;
}

}  // namespace sandyk::crypto::age
