#include "crypto/seal/age/payload.h"

#include <algorithm>
#include <utility>

#include "crypto/seal/hkdf.h"

namespace sandyk::crypto::age {

PayloadKey payload_key(const FileKey& file_key, const PayloadNonce& nonce) {
  return hkdf<PayloadKey>(file_key.expose(), nonce, bytes_of("payload"));
}

AeadNonce chunk_nonce(std::uint64_t counter, bool is_last) {
  AeadNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<std::uint8_t>(counter >> 8 * i);
  nonce[11] = is_last ? 1 : 0;
  return nonce;
}

PayloadSealer::PayloadSealer(PayloadKey key, Sink sink, Effort effort)
    : key_(std::move(key)), sink_(std::move(sink)), effort_(effort) {
  sealers_.emplace_back(key_, effort_.library);
  filling_->chunks.reserve(1);  // most files are small
}

/// Where chunk number `piece` stands with its tag, for a plaintext of `size` bytes.
std::span<std::uint8_t> PayloadSealer::slot(Batch& batch, std::size_t piece, std::size_t size) {
  return batch.chunks.room().subspan(piece * sealed_chunk_size, size + tag_size);
}

bool PayloadSealer::write(ByteView plain) {
  while (!plain.empty()) {
    const auto to = room();
    if (to.empty()) return false;
    const auto n = std::min(plain.size(), to.size());
    std::copy_n(plain.begin(), n, to.begin());
    filled(n);
    plain = plain.subspan(n);
  }
  return true;
}

std::span<std::uint8_t> PayloadSealer::room() {
  if (filling_->plain == filling_->chunks.capacity() * chunk_size) {
    if (filling_->chunks.capacity() == 1)
      filling_->chunks.reserve(batch_chunks + 1);
    else if (!turn())
      return {};
  }
  const auto in_chunk = filling_->plain % chunk_size;
  return slot(*filling_, filling_->plain / chunk_size, chunk_size).first(chunk_size).subspan(in_chunk);
}

void PayloadSealer::filled(std::size_t bytes) {
  filling_->plain += bytes;
  filling_->chunks.use(filling_->plain + filling_->plain / chunk_size * tag_size);
}

void PayloadSealer::call_crew() {
  if (crew_) return;
  crew_ = std::make_unique<Crew>(std::max(effort_.threads, 1U) - 1);
  while (sealers_.size() < crew_->hands()) sealers_.emplace_back(key_, effort_.library);
}

void PayloadSealer::start(Batch& batch, std::size_t chunks, bool is_last) {
  batch.at_work = chunks;
  crew_->start(chunks,
               [this, &batch, chunks, is_last, first = counter_](std::size_t piece, std::size_t hand) {
                 const bool is_end = is_last && piece + 1 == chunks;
                 const auto size = is_end ? batch.plain - piece * chunk_size : chunk_size;
                 sealers_[hand].seal(chunk_nonce(first + piece, is_end), slot(batch, piece, size));
               });
  counter_ += chunks;
}

/// The filled batch goes to the crew, the one before it to the sink. Of the filled one the last chunk stays
/// behind: it may yet be the payload's last.
bool PayloadSealer::turn() {
  call_crew();
  crew_->finish();
  start(*filling_, batch_chunks, false);
  if (!pass_on(*working_)) return false;
  working_->chunks.reserve(batch_chunks + 1);
  const auto left_behind = slot(*filling_, batch_chunks, chunk_size).first(chunk_size);
  std::copy(left_behind.begin(), left_behind.end(), working_->chunks.room().begin());
  std::swap(filling_, working_);
  filling_->plain = 0;
  filled(chunk_size);
  return true;
}

bool PayloadSealer::pass_on(Batch& batch) {
  const auto chunks = std::exchange(batch.at_work, 0);
  return chunks == 0 || sink_(batch.chunks.room().first(chunks * sealed_chunk_size));
}

bool PayloadSealer::finish() {
  const auto plain = filling_->plain;
  const std::size_t chunks = std::max<std::size_t>(1, (plain + chunk_size - 1) / chunk_size);
  if (chunks >= chunks_for_a_crew || crew_) {
    call_crew();
    crew_->finish();
    start(*filling_, chunks, true);
    if (!pass_on(*working_)) return false;
    crew_->finish();
  } else {
    for (std::size_t piece = 0; piece < chunks; ++piece) {
      const bool is_end = piece + 1 == chunks;
      const auto size = is_end ? plain - piece * chunk_size : chunk_size;
      sealers_[0].seal(chunk_nonce(counter_ + piece, is_end), slot(*filling_, piece, size));
    }
  }
  return sink_(filling_->chunks.room().first(plain + chunks * tag_size));
}

}  // namespace sandyk::crypto::age
