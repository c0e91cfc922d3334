#include "crypto/seal/age_payload.h"

#include <sodium.h>

#include <cstdlib>

#include "crypto/seal/hkdf.h"

namespace sandyk::crypto::age {

PayloadKey payload_key(const FileKey& file_key, const PayloadNonce& nonce) {
  return hkdf<PayloadKey>(file_key.expose(), nonce, bytes_of("payload"));
}

ChunkNonce chunk_nonce(std::uint64_t counter, bool is_last) {
  ChunkNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<std::uint8_t>(counter >> 8 * i);
  nonce[11] = is_last ? 1 : 0;
  return nonce;
}

void seal_chunk(const PayloadKey& key, std::uint64_t counter, bool is_last, ByteView plain,
                std::span<std::uint8_t> sealed) {
  if (plain.size() > chunk_size || sealed.size() != plain.size() + tag_size) std::abort();  // our mistake
  const ChunkNonce nonce = chunk_nonce(counter, is_last);
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(), nullptr, 0,
                                            nullptr, nonce.data(), key.expose().data());
}

}  // namespace sandyk::crypto::age
