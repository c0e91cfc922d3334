// Sealing a file (C2SP age.md, "Encrypted file format"): header, nonce, payload, as a stream. Memory stays
// the same whatever the size.
#pragma once

#include <memory>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/age/payload.h"
#include "crypto/seal/age/recipient.h"
#include "crypto/seal/stream.h"

namespace sandyk::crypto::age {

/// Writes one age file: start, write any number of times, finish. Not finished means not sealed.
class Sealer {
 public:
  /// Writes the header for `recipients`, in their order, and the payload's nonce. Faults: all but source.
  [[nodiscard]] static tl::expected<Sealer, SealFault> start(std::span<const Recipient> recipients, Sink sink,
                                                             Effort effort = {});
  [[nodiscard]] static tl::expected<Sealer, SealFault> start(std::span<const HybridRecipient> recipients,
                                                             Sink sink, Effort effort = {});
  /// The same for stanzas already wrapped around `file_key`.
  [[nodiscard]] static tl::expected<Sealer, SealFault> start(const std::vector<Stanza>& stanzas,
                                                             const FileKey& file_key, Sink sink,
                                                             Effort effort = {});

  [[nodiscard]] tl::expected<void, SealFault> write(ByteView plain);
  /// All that `source` gives. Faults: source, sink.
  [[nodiscard]] tl::expected<void, SealFault> write_all(const Source& source);
  /// Writes the last chunk. Nothing may be written after it.
  [[nodiscard]] tl::expected<void, SealFault> finish();

 private:
  explicit Sealer(std::unique_ptr<PayloadSealer> payload) : payload_(std::move(payload)) {}
  std::unique_ptr<PayloadSealer> payload_;
};

/// Seals all that `source` gives.
[[nodiscard]] tl::expected<void, SealFault> seal(const Source& source, std::span<const Recipient> recipients,
                                                 const Sink& sink, Effort effort = Effort::fastest());

/// Seals `plain` in one go.
[[nodiscard]] tl::expected<Bytes, SealFault> seal(std::span<const HybridRecipient> recipients,
                                                  ByteView plain);

}  // namespace sandyk::crypto::age
