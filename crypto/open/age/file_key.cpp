#include "crypto/open/age/file_key.h"

namespace sandyk::crypto::age {

std::optional<FileKey> unwrap_file_key(const WrapKey& key, const WrapNonce& nonce, ByteView body) {
  if (body.size() != wrapped_key_size) return std::nullopt;
  bool is_good = false;
  auto file_key = FileKey::make([&](std::span<std::uint8_t, file_key_size> out) {
    is_good =
        crypto_aead_chacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, body.data(), body.size(),
                                                  nullptr, 0, nonce.data(), key.expose().data()) == 0;
  });
  if (!is_good) return std::nullopt;
  return file_key;
}

}  // namespace sandyk::crypto::age
