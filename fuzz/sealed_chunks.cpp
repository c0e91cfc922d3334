#include "fuzz/sealed_chunks.h"

namespace sandyk::fuzz {
namespace {

constexpr std::size_t max_chunks = 256;

}  // namespace

SealedChunks::SealedChunks(crypto::PayloadKey key)
    : key_(std::move(key)), pattern_(crypto::age::chunk_size + max_chunks) {
  std::uint32_t state = 1;
  for (std::uint8_t& b : pattern_) {
    state = state * 1664525 + 1013904223;
    b = static_cast<std::uint8_t>(state >> 24);
  }
}

crypto::ByteView SealedChunks::plain(std::uint64_t counter, std::size_t size) const {
  return crypto::ByteView(pattern_).subspan(counter % max_chunks, size);
}

crypto::ByteView SealedChunks::sealed(std::uint64_t counter, bool is_last, std::size_t size) {
  if (size < crypto::age::chunk_size) return short_ = seal(counter, is_last, size);
  auto& chunk = full_[{counter, is_last}];
  if (chunk.empty()) chunk = seal(counter, is_last, size);
  return chunk;
}

crypto::Bytes SealedChunks::seal(std::uint64_t counter, bool is_last, std::size_t size) const {
  const auto from = plain(counter, size);
  crypto::Bytes chunk(from.begin(), from.end());
  chunk.resize(size + crypto::age::tag_size);
  crypto::BulkSealer(key_, crypto::CipherLibrary::sodium)
      .seal(crypto::age::chunk_nonce(counter, is_last), chunk);
  return chunk;
}

}  // namespace sandyk::fuzz
