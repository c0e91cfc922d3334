#include "crypto/open/age/payload.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/open/bulk_cipher.h"

namespace sandyk::crypto::age {
namespace {

enum class Piece : std::uint8_t {
  bad,
  good,
  misplaced,  ///< genuine, but marked as the last where it is not, or the other way round
};

/// A batch of chunks from the source, and what became of them.
struct Batch {
  ChunkBatch chunks;
  std::size_t size = 0;       // bytes of it, the one ahead not counted
  std::uint64_t counter = 0;  // of its first chunk
  bool is_last = false;       // nothing follows it
  std::array<Piece, batch_chunks> pieces{};

  std::size_t count() const { return (size + sealed_chunk_size - 1) / sealed_chunk_size; }
  std::span<std::uint8_t> chunk(std::size_t piece) {
    const auto at = piece * sealed_chunk_size;
    return chunks.room().subspan(at, std::min(sealed_chunk_size, size - at));
  }
};

/// Fills the batch behind its first `had` bytes, and one byte more: it tells whether the batch is the last.
bool read(const Source& source, Batch& batch, std::size_t had) {
  const auto room = batch.chunks.room();
  const auto n = fill(source, room.subspan(had));
  if (!n) return false;
  batch.chunks.use(had + *n);
  batch.is_last = had + *n < room.size();
  batch.size = batch.is_last ? had + *n : room.size() - 1;
  return true;
}

Piece open_piece(Batch& batch, std::size_t piece, BulkOpener& opener) {
  const auto chunk = batch.chunk(piece);
  const auto counter = batch.counter + piece;
  const bool is_last = batch.is_last && piece + 1 == batch.count();
  const bool is_empty_but_not_first = chunk.size() == tag_size && counter > 0;
  if (chunk.size() < tag_size || is_empty_but_not_first) return Piece::bad;
  if (opener.open(chunk_nonce(counter, is_last), chunk)) return Piece::good;
  // Only a full chunk may be either.
  const bool may_be_other = chunk.size() == sealed_chunk_size;
  return may_be_other && opener.open(chunk_nonce(counter, !is_last), chunk) ? Piece::misplaced : Piece::bad;
}

/// Passes on what is genuine, up to the first fault.
tl::expected<void, OpenFault> release(Batch& batch, const Sink& sink) {
  if (batch.size == 0) return tl::unexpected(OpenFault::payload);  // not even one chunk
  for (std::size_t piece = 0; piece < batch.count(); ++piece) {
    if (batch.pieces[piece] == Piece::bad) return tl::unexpected(OpenFault::payload);
    const auto chunk = batch.chunk(piece);
    if (!sink(chunk.first(chunk.size() - tag_size))) return tl::unexpected(OpenFault::sink);
    if (batch.pieces[piece] == Piece::misplaced) return tl::unexpected(OpenFault::payload);
  }
  return {};
}

/// What is long enough for a crew: while it opens one batch, the next is read and the one before it released.
tl::expected<void, OpenFault> open_long(Batch first, const Source& source, const PayloadKey& key,
                                        const Sink& sink, Effort effort) {
  Batch second;
  Batch* now = &first;
  Batch* next = &second;
  std::vector<BulkOpener> openers;
  Crew crew(std::max(effort.threads, 1U) - 1);
  while (openers.size() < crew.hands()) openers.emplace_back(key, effort.library);
  const auto start = [&](Batch* batch) {
    crew.start(batch->count(), [batch, &openers](std::size_t piece, std::size_t hand) {
      batch->pieces[piece] = open_piece(*batch, piece, openers[hand]);
    });
  };
  start(now);
  while (true) {
    bool is_read = !now->is_last;
    if (is_read) {
      next->chunks.reserve(batch_chunks);
      next->chunks.room().front() = now->chunks.room()[now->size];
      next->counter = now->counter + batch_chunks;
      is_read = read(source, *next, 1);
    }
    crew.finish();
    if (is_read) start(next);
    if (auto done = release(*now, sink); !done) return done;
    if (now->is_last) return {};
    if (!is_read) return tl::unexpected(OpenFault::source);
    std::swap(now, next);
  }
}

}  // namespace

tl::expected<void, OpenFault> open_payload(const Source& source, const PayloadKey& key, const Sink& sink,
                                           Effort effort) {
  Batch batch;
  batch.chunks.reserve(1);  // most files are small
  if (!read(source, batch, 0)) return tl::unexpected(OpenFault::source);
  if (!batch.is_last) {
    const auto had = batch.size + 1;
    batch.chunks.reserve(batch_chunks);
    if (!read(source, batch, had)) return tl::unexpected(OpenFault::source);
  }
  if (batch.count() >= chunks_for_a_crew) return open_long(std::move(batch), source, key, sink, effort);

  BulkOpener opener(key, effort.library);
  for (std::size_t piece = 0; piece < batch.count(); ++piece)
    batch.pieces[piece] = open_piece(batch, piece, opener);
  return release(batch, sink);
}

}  // namespace sandyk::crypto::age
