#include "crypto/seal/bulk_gcrypt.h"

#include <gcrypt.h>

#include <cstdlib>
#include <stdexcept>

namespace sandyk::crypto {
namespace {

/// Once for a process. Keys are in our guarded memory and, wiped after use, in the handles: no pool of
/// libgcrypt's own.
bool start_gcrypt() {
  if (!gcry_check_version("1.10.0")) return false;
  if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) return true;
  gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
  gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
  return true;
}

bool is_offered() {
  static const bool is_started = start_gcrypt();
  return is_started && gcry_cipher_test_algo(GCRY_CIPHER_CHACHA20) == 0;
}

class GcryptSealer : public SealEngine {
 public:
  explicit GcryptSealer(const PayloadKey& key) : handle_(new_gcrypt_handle(key)) {
    if (!handle_) throw std::runtime_error("libgcrypt does not take the key");
  }
  void seal(const AeadNonce& nonce, std::span<std::uint8_t> chunk) override {
    if (chunk.size() < aead_tag_size) std::abort();  // our mistake
    const auto plain = chunk.first(chunk.size() - aead_tag_size);
    const auto tag = chunk.last(aead_tag_size);
    const bool is_done = start_gcrypt_chunk(handle_, nonce) &&
                         gcry_cipher_encrypt(handle_.get(), plain.data(), plain.size(), nullptr, 0) == 0 &&
                         gcry_cipher_gettag(handle_.get(), tag.data(), tag.size()) == 0;
    if (!is_done) std::abort();  // a cipher that stops half way must not look like one that sealed
  }

 private:
  GcryptHandle handle_;
};

}  // namespace

constinit const CipherLibrary CipherLibrary::gcrypt("libgcrypt", is_offered, [](const PayloadKey& key) {
  return std::unique_ptr<SealEngine>(std::make_unique<GcryptSealer>(key));
});

void CloseGcrypt::operator()(gcry_cipher_handle* handle) const noexcept {
  gcry_cipher_close(handle);
}

GcryptHandle new_gcrypt_handle(const PayloadKey& key) {
  gcry_cipher_hd_t handle = nullptr;
  if (!is_offered() || gcry_cipher_open(&handle, GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_POLY1305, 0) != 0)
    return {};
  GcryptHandle owned(handle);
  if (gcry_cipher_setkey(handle, key.expose().data(), key.expose().size()) != 0) return {};
  return owned;
}

bool start_gcrypt_chunk(const GcryptHandle& handle, const AeadNonce& nonce) {
  return gcry_cipher_setiv(handle.get(), nonce.data(), nonce.size()) == 0 &&
         gcry_cipher_final(handle.get()) == 0;
}

}  // namespace sandyk::crypto
