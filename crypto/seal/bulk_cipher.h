// ChaCha20-Poly1305 (RFC 8439) for payloads, by OpenSSL or libsodium. Everything small stays with libsodium.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "crypto/seal/secret.h"

struct evp_cipher_st;
struct evp_cipher_ctx_st;

namespace sandyk::crypto {

using AeadNonce = std::array<std::uint8_t, 12>;
inline constexpr std::size_t aead_tag_size = 16;

enum class CipherLibrary { openssl, sodium };

/// OpenSSL, which is the faster one, where its configuration offers the cipher; libsodium else.
CipherLibrary bulk_cipher_library();

struct FreeEvpContext {
  void operator()(evp_cipher_ctx_st* context) const noexcept;  // wipes OpenSSL's copy of the key
};
using EvpContext = std::unique_ptr<evp_cipher_ctx_st, FreeEvpContext>;

/// An empty context of OpenSSL, and the cipher to start it with; throws when there is no memory, or where
/// bulk_cipher_library() would not say openssl.
EvpContext new_evp_context();
const evp_cipher_st* evp_cipher();

/// Seals under one key, in one thread.
class BulkSealer {
 public:
  /// `key` must outlive the object.
  explicit BulkSealer(const PayloadKey& key, CipherLibrary library = bulk_cipher_library());

  /// In place: plaintext, then 16 bytes that receive the tag. No additional data.
  void seal(const AeadNonce& nonce, std::span<std::uint8_t> chunk);

 private:
  const PayloadKey& key_;
  EvpContext context_;  // none: libsodium
};

}  // namespace sandyk::crypto
