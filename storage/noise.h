// Random bytes in bulk, which nobody without the key can tell from a page of the database.
#pragma once

#include <cstdint>

#include "crypto/seal/bytes.h"

namespace sandyk::storage {

/// Each MiB comes from a fresh seed of the system's and libsodium's ChaCha20, several times faster than
/// asking the system for all of it.
class Noise {
 public:
  /// The next bytes: at most `most`, and at most a MiB. They last until the next call.
  crypto::ByteView next(std::uint64_t most);

 private:
  crypto::Bytes piece_;
};

}  // namespace sandyk::storage
