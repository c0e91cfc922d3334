#include "crypto/seal/age/payload.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "crypto/seal/hkdf.h"

namespace sandyk::crypto::age {
namespace {

constexpr unsigned max_threads = 8;

/// Where chunk number `piece` stands with its tag, for a plaintext of `size` bytes.
std::span<std::uint8_t> slot(ChunkBatch& batch, std::size_t piece, std::size_t size) {
  return batch.room().subspan(piece * sealed_chunk_size, size + tag_size);
}

}  // namespace

PayloadKey payload_key(const FileKey& file_key, const PayloadNonce& nonce) {
  return hkdf<PayloadKey>(file_key.expose(), nonce, bytes_of("payload"));
}

AeadNonce chunk_nonce(std::uint64_t counter, bool is_last) {
  AeadNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<std::uint8_t>(counter >> 8 * i);
  nonce[11] = is_last ? 1 : 0;
  return nonce;
}

unsigned Effort::processors() {
  return std::clamp(std::thread::hardware_concurrency(), 1U, max_threads);
}

PayloadSealer::PayloadSealer(PayloadKey key, Sink sink, Effort effort)
    : key_(std::move(key)), sink_(std::move(sink)), effort_(effort) {
  sealers_.emplace_back(key_, effort_.library);
  filling_.reserve(1);
}

bool PayloadSealer::is_full() const {
  return filled_ == filling_.capacity() * chunk_size;
}

bool PayloadSealer::write(ByteView plain) {
  while (!plain.empty()) {
    // A full chunk waits until a byte follows it: only then is it not the last.
    if (is_full()) {
      if (filling_.capacity() < batch_chunks)
        filling_.reserve(batch_chunks);
      else if (!turn())
        return false;
    }
    const std::size_t in_chunk = filled_ % chunk_size;
    const std::size_t at = filled_ / chunk_size * sealed_chunk_size + in_chunk;
    const auto n = std::min(plain.size(), chunk_size - in_chunk);
    std::copy_n(plain.begin(), n, filling_.room().begin() + static_cast<std::ptrdiff_t>(at));
    filling_.use(at + n);
    filled_ += n;
    plain = plain.subspan(n);
  }
  return true;
}

/// The full batch goes to the crew, the one before it to the sink.
bool PayloadSealer::turn() {
  if (!crew_) {
    crew_ = std::make_unique<Crew>(effort_.threads - 1);
    while (sealers_.size() < crew_->hands()) sealers_.emplace_back(key_, effort_.library);
    working_.reserve(batch_chunks);
  }
  if (!pass_on()) return false;
  std::swap(filling_, working_);
  working_size_ = std::exchange(filled_, 0);
  crew_->start(batch_chunks, [this, first = counter_](std::size_t piece, std::size_t hand) {
    sealers_[hand].seal(chunk_nonce(first + piece, false), slot(working_, piece, chunk_size));
  });
  counter_ += batch_chunks;
  return true;
}

bool PayloadSealer::pass_on() {
  crew_->finish();
  if (working_size_ == 0) return true;
  const auto size = std::exchange(working_size_, 0) / chunk_size * sealed_chunk_size;
  working_.use(size);
  return sink_(working_.room().first(size));
}

bool PayloadSealer::finish() {
  if (crew_ && !pass_on()) return false;
  const std::size_t chunks = std::max<std::size_t>(1, (filled_ + chunk_size - 1) / chunk_size);
  const auto seal = [&](std::size_t piece, std::size_t hand) {
    const bool is_last = piece + 1 == chunks;
    const auto size = is_last ? filled_ - piece * chunk_size : chunk_size;
    sealers_[hand].seal(chunk_nonce(counter_ + piece, is_last), slot(filling_, piece, size));
  };
  if (crew_) {
    crew_->start(chunks, seal);
    crew_->finish();
  } else {
    for (std::size_t piece = 0; piece < chunks; ++piece) seal(piece, 0);
  }
  return sink_(filling_.room().first(filled_ + chunks * tag_size));
}

}  // namespace sandyk::crypto::age
