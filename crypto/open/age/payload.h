// Opening the payload of an age v1 file (C2SP age.md, "Payload"; STREAM).
#pragma once

#include <tl/expected.hpp>

#include "crypto/open/age/open_fault.h"
#include "crypto/seal/age/payload.h"

namespace sandyk::crypto::age {

/// Opens the chunks behind the nonce, to the end of `source`. A chunk is passed to `sink` only after its tag
/// and those of all before it were good. A payload longer than a batch is opened by several threads; source
/// and sink are called on the caller's alone. Faults: payload, source, sink.
[[nodiscard]] tl::expected<void, OpenFault> open_payload(const Source& source, const PayloadKey& key,
                                                         const Sink& sink, Effort effort);

}  // namespace sandyk::crypto::age
