#include "crypto/seal/bulk_cipher.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <stdexcept>

namespace sandyk::crypto {

const evp_cipher_st* evp_cipher() {
  // Fetched once and kept: looking it up costs more than a small payload.
  static const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
  return cipher;
}

CipherLibrary bulk_cipher_library() {
  return evp_cipher() ? CipherLibrary::openssl : CipherLibrary::sodium;
}

void FreeEvpContext::operator()(evp_cipher_ctx_st* context) const noexcept {
  EVP_CIPHER_CTX_free(context);
}

EvpContext new_evp_context() {
  EvpContext context(EVP_CIPHER_CTX_new());
  if (!context || !evp_cipher()) throw std::runtime_error("OpenSSL gives no cipher");
  return context;
}

BulkSealer::BulkSealer(const PayloadKey& key, CipherLibrary library) : key_(key) {
  if (library == CipherLibrary::sodium) return;
  context_ = new_evp_context();
  if (EVP_EncryptInit_ex2(context_.get(), evp_cipher(), key.expose().data(), nullptr, nullptr) != 1)
    throw std::runtime_error("OpenSSL does not take the key");
}

void BulkSealer::seal(const AeadNonce& nonce, std::span<std::uint8_t> chunk) {
  if (chunk.size() < aead_tag_size) std::abort();  // our mistake
  const auto plain = chunk.first(chunk.size() - aead_tag_size);
  const auto tag = chunk.last(aead_tag_size);
  if (!context_) {
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(plain.data(), tag.data(), nullptr, plain.data(),
                                                       plain.size(), nullptr, 0, nullptr, nonce.data(),
                                                       key_.expose().data());
    return;
  }
  int written = 0;
  const bool is_done = EVP_EncryptInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), nullptr) == 1 &&
                       EVP_EncryptUpdate(context_.get(), plain.data(), &written, plain.data(),
                                         static_cast<int>(plain.size())) == 1 &&
                       EVP_EncryptFinal_ex(context_.get(), tag.data(), &written) == 1 &&
                       EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG,
                                           static_cast<int>(tag.size()), tag.data()) == 1;
  if (!is_done) std::abort();  // a cipher that stops half way must not look like one that sealed
}

}  // namespace sandyk::crypto
