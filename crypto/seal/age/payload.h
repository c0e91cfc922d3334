// The payload of an age v1 file (C2SP age.md, "Payload"; STREAM): its key, its nonces, and sealing it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "crypto/seal/age/chunks.h"
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

/// What of the machine a payload may use. The defaults are right for all but tests and benchmarks.
struct Effort {
  CipherLibrary library = bulk_cipher_library();
  unsigned threads = processors();

  /// Those this process may run on, at most 8.
  static unsigned processors();
};

/// Seals the chunks behind the nonce: write any number of times, then finish. A payload longer than a batch
/// is sealed by several threads, while the caller goes on; the sink is called on the caller's alone.
class PayloadSealer {
 public:
  PayloadSealer(PayloadKey key, Sink sink, Effort effort);
  PayloadSealer(const PayloadSealer&) = delete;
  PayloadSealer& operator=(const PayloadSealer&) = delete;

  /// False when the sink said no; nothing may follow then.
  [[nodiscard]] bool write(ByteView plain);
  /// The last chunk, and whatever is not passed on yet.
  [[nodiscard]] bool finish();

 private:
  bool is_full() const;
  bool turn();
  bool pass_on();

  PayloadKey key_;
  Sink sink_;
  Effort effort_;
  std::vector<BulkSealer> sealers_;  // one for each hand
  ChunkBatch filling_, working_;
  std::size_t filled_ = 0, working_size_ = 0;  // bytes of plaintext in them
  std::uint64_t counter_ = 0;                  // of the first chunk in filling_
  std::unique_ptr<Crew> crew_;                 // last: its helpers look at all of the above
};

}  // namespace sandyk::crypto::age
