// ChaCha20-Poly1305 (RFC 8439) for payloads, by one of several libraries: they give the same bytes at
// different speeds. Everything small stays with libsodium.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "crypto/seal/secret.h"
#include "crypto/seal/wiped_stack.h"

struct evp_cipher_st;
struct evp_cipher_ctx_st;

namespace sandyk::crypto {

using AeadNonce = std::array<std::uint8_t, 12>;
inline constexpr std::size_t aead_tag_size = 16;
inline constexpr std::size_t bulk_cipher_stack = 8 * 1024;  // none of them goes below 2 KiB

/// A library's cipher under one key, in one thread.
class SealEngine {
 public:
  virtual ~SealEngine() = default;
  /// As BulkSealer::seal.
  virtual void seal(const AeadNonce& nonce, std::span<std::uint8_t> chunk) = 0;
};

class CipherLibrary {
 public:
  static const CipherLibrary sodium;
  static const CipherLibrary openssl;
  static const CipherLibrary gcrypt;  // in a file of its own: who does not name it does not link it

  std::string_view name() const { return name_; }
  /// Whether the library is there and its configuration offers the cipher.
  bool is_available() const { return is_available_(); }
  /// `key` must outlive the engine.
  std::unique_ptr<SealEngine> engine(const PayloadKey& key) const { return make_(key); }
  friend bool operator==(const CipherLibrary& a, const CipherLibrary& b) { return a.name_ == b.name_; }

 private:
  using Make = std::unique_ptr<SealEngine> (*)(const PayloadKey&);
  constexpr CipherLibrary(std::string_view name, bool (*asks)(), Make make)
      : name_(name), is_available_(asks), make_(make) {}
  std::string_view name_;
  bool (*is_available_)();
  Make make_;
};

/// OpenSSL, and libsodium where OpenSSL does not offer the cipher.
CipherLibrary bulk_cipher_library();

/// Seals under one key, in one thread.
class BulkSealer {
 public:
  /// `key` must outlive the object.
  explicit BulkSealer(const PayloadKey& key, CipherLibrary library = bulk_cipher_library())
      : engine_(library.engine(key)) {
    wipe_traces(bulk_cipher_stack);
  }

  /// In place: plaintext, then 16 bytes that receive the tag. No additional data.
  void seal(const AeadNonce& nonce, std::span<std::uint8_t> chunk) {
    const WipedStack wiped(bulk_cipher_stack);
    engine_->seal(nonce, chunk);
  }

 private:
  std::unique_ptr<SealEngine> engine_;
};

struct FreeEvpContext {
  void operator()(evp_cipher_ctx_st* context) const noexcept;  // wipes OpenSSL's copy of the key
};
using EvpContext = std::unique_ptr<evp_cipher_ctx_st, FreeEvpContext>;

/// For both halves: OpenSSL's cipher, null where it does not offer it, and an empty context.
const evp_cipher_st* evp_cipher();
EvpContext new_evp_context();

}  // namespace sandyk::crypto
