// The opening half of crypto/seal/bulk_cipher.h.
#pragma once

#include "crypto/seal/bulk_cipher.h"
#include "crypto/seal/bytes.h"

namespace sandyk::crypto {

/// Opens under one key, in one thread.
class BulkOpener {
 public:
  /// `key` must outlive the object.
  explicit BulkOpener(const PayloadKey& key, CipherLibrary library = bulk_cipher_library());

  /// `sealed` is ciphertext, then its tag of 16 bytes. True when the tag was good: then `plain`, which must
  /// be 16 bytes shorter and elsewhere, holds the plaintext. Else it holds nothing of it.
  [[nodiscard]] bool open(const AeadNonce& nonce, ByteView sealed, std::span<std::uint8_t> plain);

 private:
  const PayloadKey& key_;
  EvpContext context_;  // none: libsodium
};

}  // namespace sandyk::crypto
