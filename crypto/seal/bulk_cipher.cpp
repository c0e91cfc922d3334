#include "crypto/seal/bulk_cipher.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <new>
#include <stdexcept>

namespace sandyk::crypto {
namespace {

class SodiumSealer : public SealEngine {
 public:
  explicit SodiumSealer(const PayloadKey& key) : key_(key) {}
  void seal(const AeadNonce& nonce, std::span<std::uint8_t> chunk) override {
    if (chunk.size() < aead_tag_size) std::abort();  // our mistake
    const auto plain = chunk.first(chunk.size() - aead_tag_size);
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(plain.data(), chunk.last(aead_tag_size).data(),
                                                       nullptr, plain.data(), plain.size(), nullptr, 0,
                                                       nullptr, nonce.data(), key_.expose().data());
  }

 private:
  const PayloadKey& key_;
};

class OpensslSealer : public SealEngine {
 public:
  explicit OpensslSealer(const PayloadKey& key) : context_(new_evp_context()) {
    if (EVP_EncryptInit_ex2(context_.get(), evp_cipher(), key.expose().data(), nullptr, nullptr) != 1)
      throw std::runtime_error("OpenSSL does not take the key");
  }
  void seal(const AeadNonce& nonce, std::span<std::uint8_t> chunk) override {
    if (chunk.size() < aead_tag_size) std::abort();  // our mistake
    const auto plain = chunk.first(chunk.size() - aead_tag_size);
    EVP_CIPHER_CTX* c = context_.get();
    int written = 0;
    const bool is_done =
        EVP_EncryptInit_ex2(c, nullptr, nullptr, nonce.data(), nullptr) == 1 &&
        EVP_EncryptUpdate(c, plain.data(), &written, plain.data(), static_cast<int>(plain.size())) == 1 &&
        EVP_EncryptFinal_ex(c, nullptr, &written) == 1 &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, aead_tag_size, chunk.last(aead_tag_size).data()) == 1;
    if (!is_done) std::abort();  // a cipher that stops half way must not look like one that sealed
  }

 private:
  EvpContext context_;
};

template <class Engine>
std::unique_ptr<SealEngine> make(const PayloadKey& key) {
  return std::make_unique<Engine>(key);
}

}  // namespace

constinit const CipherLibrary CipherLibrary::sodium(
    "libsodium", [] { return true; }, make<SodiumSealer>);
constinit const CipherLibrary CipherLibrary::openssl(
    "OpenSSL", [] { return evp_cipher() != nullptr; }, make<OpensslSealer>);

CipherLibrary bulk_cipher_library() {
  return CipherLibrary::openssl.is_available() ? CipherLibrary::openssl : CipherLibrary::sodium;
}

const evp_cipher_st* evp_cipher() {
  // Fetched once and kept: looking it up costs more than a small payload.
  static const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
  return cipher;
}

void FreeEvpContext::operator()(evp_cipher_ctx_st* context) const noexcept {
  EVP_CIPHER_CTX_free(context);
}

EvpContext new_evp_context() {
  EvpContext context(EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  return context;
}

}  // namespace sandyk::crypto
