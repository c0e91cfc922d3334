// Opening an age file (C2SP age.md, "Encrypted file format"): header, nonce, payload, as a stream. A chunk is
// released only after its tag is good.
#pragma once

#include <functional>
#include <span>
#include <tl/expected.hpp>

#include "crypto/open/age/identity.h"
#include "crypto/open/age/payload.h"
#include "crypto/seal/stream.h"

namespace sandyk::crypto::age {

enum class Encoding {
  binary,
  armor,
  either,  ///< as the first bytes say
};

struct Opening {
  Encoding encoding = Encoding::binary;
  Effort effort = Effort::fastest();
};

/// Opens `source` with the first identity that fits and passes the plaintext to `sink` chunk by chunk. On any
/// fault what was passed before is genuine but truncated: the caller must not keep it as a whole file.
[[nodiscard]] tl::expected<void, OpenFault> open(const Source& source, std::span<const Identity> identities,
                                                 const Sink& sink, Opening how = {});
[[nodiscard]] tl::expected<void, OpenFault> open(const Source& source,
                                                 std::span<const HybridIdentity> identities, const Sink& sink,
                                                 Opening how = {});
/// The same with a passphrase.
[[nodiscard]] tl::expected<void, OpenFault> open(const Source& source, const SecretText& passphrase,
                                                 const Sink& sink, Opening how = {});

/// Gathers plaintext in `bytes`, at most `max_size` of it.
Sink sink_into(WipedBytes& bytes, std::size_t max_size);

/// Opens a small file whole, at most `max_size` bytes of plaintext (more is the fault `sink`).
[[nodiscard]] tl::expected<WipedBytes, OpenFault> open_small(ByteView sealed,
                                                             std::span<const HybridIdentity> identities,
                                                             std::size_t max_size, Opening how = {});

}  // namespace sandyk::crypto::age
