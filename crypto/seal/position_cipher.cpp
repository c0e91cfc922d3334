#include "crypto/seal/position_cipher.h"

#include <sodium.h>

#include <algorithm>

namespace sandyk::crypto {
namespace {

constexpr std::size_t block = 64;                                               // of ChaCha20
constexpr std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};  // the key is used once
static_assert(UploadKey::size == crypto_stream_chacha20_KEYBYTES);

void encrypt_blocks(const UploadKey& key, std::uint64_t number, std::span<std::uint8_t> bytes) {
  crypto_stream_chacha20_xor_ic(bytes.data(), bytes.data(), bytes.size(), nonce.data(), number,
                                key.expose().data());
}

}  // namespace

void encrypt_at(const UploadKey& key, std::uint64_t position, std::span<std::uint8_t> bytes) {
  if (const std::size_t skipped = position % block; skipped != 0) {
    WipedArray<block> first;
    const auto part = bytes.first(std::min(block - skipped, bytes.size()));
    std::copy(part.begin(), part.end(), first.begin() + static_cast<std::ptrdiff_t>(skipped));
    encrypt_blocks(key, position / block, first);
    std::copy_n(first.begin() + static_cast<std::ptrdiff_t>(skipped), part.size(), part.begin());
    bytes = bytes.subspan(part.size());
    position += part.size();
  }
  if (!bytes.empty()) encrypt_blocks(key, position / block, bytes);
}

}  // namespace sandyk::crypto
