// The chunks of a payload one by one, as a sealer writes them: what the fuzzer takes apart.
#pragma once

#include <map>
#include <utility>

#include "crypto/seal/age/payload.h"

namespace sandyk::fuzz {

class SealedChunks {
 public:
  explicit SealedChunks(crypto::PayloadKey key);

  /// Plaintext of chunk number `counter`, unlike that of its neighbours. `size` at most a chunk.
  crypto::ByteView plain(std::uint64_t counter, std::size_t size) const;
  /// The same sealed. A full one stays where it is; a shorter one lasts until the next is asked for.
  crypto::ByteView sealed(std::uint64_t counter, bool is_last, std::size_t size);
  const crypto::PayloadKey& key() const { return key_; }

 private:
  crypto::Bytes seal(std::uint64_t counter, bool is_last, std::size_t size) const;

  crypto::PayloadKey key_;
  crypto::Bytes pattern_;
  std::map<std::pair<std::uint64_t, bool>, crypto::Bytes> full_;
  crypto::Bytes short_;
};

}  // namespace sandyk::fuzz
