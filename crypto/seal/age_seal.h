// Sealing a file to hybrid recipients, as a stream: memory stays at two chunks whatever the size.
#pragma once

#include <functional>
#include <span>
#include <tl/expected.hpp>

#include "crypto/seal/age_payload.h"
#include "crypto/seal/age_recipient.h"

namespace sandyk::crypto::age {

/// Takes sealed (or opened) bytes as they come; false stops the work.
using Sink = std::function<bool(ByteView)>;

enum class SealFault {
  no_recipient,
  too_many_recipients,
  bad_recipient,  ///< not a key that can be encapsulated to
  sink,           ///< the sink said no
};

/// Writes one age file: start, write any number of times, finish. Not finished means not sealed.
class Sealer {
 public:
  /// Writes the header for `recipients`, in their order, and the payload's nonce.
  [[nodiscard]] static tl::expected<Sealer, SealFault> start(std::span<const HybridRecipient> recipients,
                                                             Sink sink);
  /// The same for stanzas already wrapped around `file_key`: identity files use it for a passphrase.
  [[nodiscard]] static tl::expected<Sealer, SealFault> start(const std::vector<Stanza>& stanzas,
                                                             const FileKey& file_key, Sink sink);

  [[nodiscard]] tl::expected<void, SealFault> write(ByteView plain);
  /// Writes the last chunk. Nothing may be written after it.
  [[nodiscard]] tl::expected<void, SealFault> finish();

 private:
  Sealer(PayloadKey key, Sink sink);
  bool flush(bool is_last);

  PayloadKey key_;
  Sink sink_;
  WipedBytes plain_;  // a chunk waits here until a byte follows it: only then is it not the last
  Bytes sealed_;
  std::uint64_t counter_ = 0;
};

/// Seals `plain` in one go.
[[nodiscard]] tl::expected<Bytes, SealFault> seal(std::span<const HybridRecipient> recipients,
                                                  ByteView plain);

}  // namespace sandyk::crypto::age
