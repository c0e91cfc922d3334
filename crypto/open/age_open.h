// Opening an age file, as a stream: a chunk is released only after its tag is good.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <tl/expected.hpp>

#include "crypto/open/age_identity.h"
#include "crypto/seal/age_seal.h"

namespace sandyk::crypto::age {

/// Fills some of the span and returns how many bytes; 0 at the end, nothing when reading failed.
using Source = std::function<std::optional<std::size_t>(std::span<std::uint8_t>)>;

/// A source over bytes in memory; they must outlive it.
Source source_of(ByteView bytes);

/// Opens `source` with the first identity that fits and passes the plaintext to `sink` chunk by chunk. On
/// a payload fault what was passed before is genuine but truncated: the caller must not keep it as a whole
/// file.
[[nodiscard]] tl::expected<void, OpenFault> open(const Source& source,
                                                 std::span<const HybridIdentity> identities,
                                                 const Sink& sink);
/// The same with a passphrase.
[[nodiscard]] tl::expected<void, OpenFault> open(const Source& source, const SecretText& passphrase,
                                                 const Sink& sink);

/// Gathers plaintext in `bytes`, at most `max_size` of it.
Sink sink_into(WipedBytes& bytes, std::size_t max_size);

/// Opens a small file whole, at most `max_size` bytes of plaintext (more is the fault `sink`).
[[nodiscard]] tl::expected<WipedBytes, OpenFault> open_small(ByteView sealed,
                                                             std::span<const HybridIdentity> identities,
                                                             std::size_t max_size);

}  // namespace sandyk::crypto::age
