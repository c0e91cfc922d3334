// Streams in pieces: how bytes are cut on their way must not matter.
#pragma once

#include "crypto/seal/stream.h"

namespace sandyk::fuzz {

/// A source that gives `bytes` in pieces of 1 to 256 bytes, then larger ones; `cuts` says where. Both must
/// outlive it.
crypto::Source source_in_pieces(crypto::ByteView bytes, crypto::ByteView cuts);

/// A source that gives the first `size` of `bytes`, then fails.
crypto::Source source_that_fails(crypto::ByteView bytes, std::size_t size);

/// All that goes into the sink.
crypto::Sink gather(crypto::Bytes& bytes);

}  // namespace sandyk::fuzz
