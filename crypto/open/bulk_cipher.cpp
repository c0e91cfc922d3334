#include "crypto/open/bulk_cipher.h"

#include <gcrypt.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "crypto/seal/bulk_gcrypt.h"
#include "crypto/seal/bytes.h"

namespace sandyk::crypto {
namespace {

class SodiumOpener : public OpenEngine {
 public:
  explicit SodiumOpener(const PayloadKey& key) : key_(key) {
    before_.reserve(1);  // also of an empty chunk libsodium wants an address
  }
  bool open(const AeadNonce& nonce, std::span<std::uint8_t> text, std::span<std::uint8_t> tag) override {
    before_.assign(text.begin(), text.end());  // libsodium clears what it does not open
    const bool is_good = crypto_aead_chacha20poly1305_ietf_decrypt_detached(
                             text.data(), nullptr, before_.data(), before_.size(), tag.data(), nullptr, 0,
                             nonce.data(), key_.expose().data()) == 0;
    if (!is_good) std::copy(before_.begin(), before_.end(), text.begin());
    return is_good;
  }

 private:
  const PayloadKey& key_;
  Bytes before_;
};

/// OpenSSL and libgcrypt decipher before they have seen the tag. What that did is undone by doing it again.
class OpensslOpener : public OpenEngine {
 public:
  explicit OpensslOpener(const PayloadKey& key) : context_(new_evp_context()) {
    if (EVP_DecryptInit_ex2(context_.get(), evp_cipher(), key.expose().data(), nullptr, nullptr) != 1)
      throw std::runtime_error("OpenSSL does not take the key");
  }
  bool open(const AeadNonce& nonce, std::span<std::uint8_t> text, std::span<std::uint8_t> tag) override {
    EVP_CIPHER_CTX* c = context_.get();
    int written = 0;
    if (!decipher(nonce, text)) std::abort();
    const bool is_good = EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, aead_tag_size, tag.data()) == 1 &&
                         EVP_DecryptFinal_ex(c, nullptr, &written) == 1;
    if (!is_good && !decipher(nonce, text)) std::abort();
    return is_good;
  }

 private:
  bool decipher(const AeadNonce& nonce, std::span<std::uint8_t> text) {
    int written = 0;
    return EVP_DecryptInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), nullptr) == 1 &&
           EVP_DecryptUpdate(context_.get(), text.data(), &written, text.data(),
                             static_cast<int>(text.size())) == 1;
  }
  EvpContext context_;
};

class GcryptOpener : public OpenEngine {
 public:
  explicit GcryptOpener(const PayloadKey& key) : handle_(new_gcrypt_handle(key)) {
    if (!handle_) throw std::runtime_error("libgcrypt does not take the key");
  }
  bool open(const AeadNonce& nonce, std::span<std::uint8_t> text, std::span<std::uint8_t> tag) override {
    if (!decipher(nonce, text)) std::abort();
    const bool is_good = gcry_cipher_checktag(handle_.get(), tag.data(), tag.size()) == 0;
    if (!is_good && !decipher(nonce, text)) std::abort();
    return is_good;
  }

 private:
  bool decipher(const AeadNonce& nonce, std::span<std::uint8_t> text) {
    return start_gcrypt_chunk(handle_, nonce) &&
           gcry_cipher_decrypt(handle_.get(), text.data(), text.size(), nullptr, 0) == 0;
  }
  GcryptHandle handle_;
};

std::unique_ptr<OpenEngine> engine_of(const PayloadKey& key, CipherLibrary library) {
  if (library == CipherLibrary::openssl) return std::make_unique<OpensslOpener>(key);
  if (library == CipherLibrary::gcrypt) return std::make_unique<GcryptOpener>(key);
  return std::make_unique<SodiumOpener>(key);
}

}  // namespace

BulkOpener::BulkOpener(const PayloadKey& key, CipherLibrary library) : engine_(engine_of(key, library)) {
  wipe_traces(bulk_cipher_stack);
}

bool BulkOpener::open(const AeadNonce& nonce, std::span<std::uint8_t> chunk) {
  const WipedStack wiped(bulk_cipher_stack);
  if (chunk.size() < aead_tag_size) std::abort();  // our mistake
  return engine_->open(nonce, chunk.first(chunk.size() - aead_tag_size), chunk.last(aead_tag_size));
}

}  // namespace sandyk::crypto
