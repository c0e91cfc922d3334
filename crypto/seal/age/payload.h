// The payload of an age v1 file (C2SP age.md, "Payload"; STREAM): its key, its nonces, and sealing it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "crypto/seal/age/chunks.h"
#include "crypto/seal/age/effort.h"
#include "crypto/seal/age/format.h"
#include "crypto/seal/bulk_cipher.h"
#include "crypto/seal/bytes.h"
#include "crypto/seal/crew.h"
#include "crypto/seal/secret.h"
#include "crypto/seal/stream.h"

namespace sandyk::crypto::age {

using PayloadNonce = std::array<std::uint8_t, nonce_size>;

/// The key of the payload that starts with `nonce`.
PayloadKey payload_key(const FileKey& file_key, const PayloadNonce& nonce);

/// 11 bytes of big-endian counter, then 1 for the last chunk and 0 for the others.
AeadNonce chunk_nonce(std::uint64_t counter, bool is_last);

/// Seals the chunks behind the nonce: write any number of times, then finish. A payload longer than a few
/// chunks is sealed by several threads, a batch of it while the caller goes on; the sink is called on the
/// caller's alone.
class PayloadSealer {
 public:
  PayloadSealer(PayloadKey key, Sink sink, Effort effort);
  PayloadSealer(const PayloadSealer&) = delete;
  PayloadSealer& operator=(const PayloadSealer&) = delete;

  /// False when the sink said no; nothing may follow then.
  [[nodiscard]] bool write(ByteView plain);
  /// The same without a copy: room for the next plaintext, at least one byte and at most a chunk, and how
  /// much of it was filled. Empty when the sink said no.
  [[nodiscard]] std::span<std::uint8_t> room();
  void filled(std::size_t bytes);
  /// The last chunk, and whatever is not passed on yet.
  [[nodiscard]] bool finish();

 private:
  struct Batch {
    ChunkBatch chunks;
    std::size_t plain = 0;    // bytes of plaintext in it
    std::size_t at_work = 0;  // chunks that the crew has, and the sink has not
  };

  std::span<std::uint8_t> slot(Batch& batch, std::size_t piece, std::size_t size);
  void call_crew();
  void start(Batch& batch, std::size_t chunks, bool is_last);
  bool turn();
  bool pass_on(Batch& batch);

  PayloadKey key_;
  Sink sink_;
  Effort effort_;
  std::vector<BulkSealer> sealers_;  // one for each hand
  Batch a_, b_;
  Batch* filling_ = &a_;
  Batch* working_ = &b_;
  std::uint64_t counter_ = 0;   // of the next chunk to start
  std::unique_ptr<Crew> crew_;  // last: its helpers look at all of the above
};

}  // namespace sandyk::crypto::age
