// libgcrypt's ChaCha20-Poly1305, which does both in one pass: on processors with AVX2 and without AVX-512 the
// fastest.
#pragma once

#include <memory>

#include "crypto/seal/bulk_cipher.h"

struct gcry_cipher_handle;

namespace sandyk::crypto {

struct CloseGcrypt {
  void operator()(gcry_cipher_handle* handle) const noexcept;  // wipes libgcrypt's copy of the key
};
using GcryptHandle = std::unique_ptr<gcry_cipher_handle, CloseGcrypt>;

/// A cipher under `key`, for both halves; null where libgcrypt does not offer it.
GcryptHandle new_gcrypt_handle(const PayloadKey& key);

/// Starts the next chunk, which will come in one piece. True when libgcrypt took it.
bool start_gcrypt_chunk(const GcryptHandle& handle, const AeadNonce& nonce);

}  // namespace sandyk::crypto
