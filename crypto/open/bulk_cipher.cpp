#include "crypto/open/bulk_cipher.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace sandyk::crypto {

BulkOpener::BulkOpener(const PayloadKey& key, CipherLibrary library) : key_(key) {
  if (library == CipherLibrary::sodium) return;
  context_ = new_evp_context();
  if (EVP_DecryptInit_ex2(context_.get(), evp_cipher(), key.expose().data(), nullptr, nullptr) != 1)
    throw std::runtime_error("OpenSSL does not take the key");
}

bool BulkOpener::open(const AeadNonce& nonce, ByteView sealed, std::span<std::uint8_t> plain) {
  if (sealed.size() < aead_tag_size || plain.size() != sealed.size() - aead_tag_size)
    std::abort();  // our mistake
  if (!context_)
    return crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                     sealed.size(), nullptr, 0, nonce.data(),
                                                     key_.expose().data()) == 0;
  std::array<std::uint8_t, aead_tag_size> tag;
  std::copy_n(sealed.end() - aead_tag_size, aead_tag_size, tag.begin());  // OpenSSL wants one it may write to
  int written = 0;
  const bool is_good = EVP_DecryptInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), nullptr) == 1 &&
                       EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG,
                                           static_cast<int>(tag.size()), tag.data()) == 1 &&
                       EVP_DecryptUpdate(context_.get(), plain.data(), &written, sealed.data(),
                                         static_cast<int>(plain.size())) == 1 &&
                       EVP_DecryptFinal_ex(context_.get(), tag.data(), &written) == 1;
  if (!is_good) sodium_memzero(plain.data(), plain.size());  // OpenSSL deciphers before it has seen the tag
  return is_good;
}

}  // namespace sandyk::crypto
