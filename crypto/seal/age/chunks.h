// A batch of neighbouring chunks of a payload in one buffer, worked on in place and side by side.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "crypto/seal/age/format.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

/// Two batches of 32 chunks are all the memory that a payload of any size takes: 4 MiB.
inline constexpr std::size_t batch_chunks = 32;

/// Room for so many sealed chunks and the one byte that tells whether another follows. What was in use of it
/// is wiped when it goes.
class ChunkBatch {
 public:
  ChunkBatch() = default;
  ChunkBatch(ChunkBatch&& other) noexcept { swap(other); }
  ChunkBatch& operator=(ChunkBatch&& other) noexcept {
    swap(other);
    return *this;
  }
  ~ChunkBatch() {
    if (bytes_) sodium_memzero(bytes_.get(), used_);
  }

  /// Makes room for at least `chunks`; what is in use stays.
  void reserve(std::size_t chunks) {
    if (chunks <= capacity_) return;
    ChunkBatch larger;
    larger.bytes_ = std::make_unique_for_overwrite<std::uint8_t[]>(chunks * sealed_chunk_size + 1);
    larger.capacity_ = chunks;
    if (bytes_) std::copy_n(bytes_.get(), used_, larger.bytes_.get());
    larger.used_ = used_;
    swap(larger);
  }

  std::size_t capacity() const { return capacity_; }
  /// All of the room, with the byte behind it. Whoever writes there says so with use().
  std::span<std::uint8_t> room() { return {bytes_.get(), bytes_ ? capacity_ * sealed_chunk_size + 1 : 0}; }
  /// `size` bytes from the start are, or may be, somebody's secret.
  void use(std::size_t size) { used_ = std::max(used_, size); }

 private:
  void swap(ChunkBatch& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(capacity_, other.capacity_);
    std::swap(used_, other.used_);
  }
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t capacity_ = 0, used_ = 0;
};

}  // namespace sandyk::crypto::age
