// The opening half of crypto/seal/bulk_cipher.h.
#pragma once

#include <memory>

#include "crypto/seal/bulk_cipher.h"

namespace sandyk::crypto {

/// A library's cipher under one key, in one thread.
class OpenEngine {
 public:
  virtual ~OpenEngine() = default;
  /// As BulkOpener::open.
  virtual bool open(const AeadNonce& nonce, std::span<std::uint8_t> text, std::span<std::uint8_t> tag) = 0;
};

/// Opens under one key, in one thread.
class BulkOpener {
 public:
  /// `key` must outlive the object.
  explicit BulkOpener(const PayloadKey& key, CipherLibrary library = bulk_cipher_library());

  /// In place: ciphertext, then its tag of 16 bytes. True when the tag was good: then the plaintext stands in
  /// front. Else the chunk is as it was.
  [[nodiscard]] bool open(const AeadNonce& nonce, std::span<std::uint8_t> chunk);

 private:
  std::unique_ptr<OpenEngine> engine_;
};

}  // namespace sandyk::crypto
