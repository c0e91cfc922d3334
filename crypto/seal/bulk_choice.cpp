#include "crypto/seal/bulk_choice.h"

#include <algorithm>
#include <chrono>

#include "crypto/seal/bytes.h"

namespace sandyk::crypto {
namespace {

using Clock = std::chrono::steady_clock;

/// The best of a few: whatever else runs can only make it slower.
Clock::duration time_of(CipherLibrary library, const PayloadKey& key, Bytes& chunk) {
  auto best = Clock::duration::max();
  BulkSealer sealer(key, library);
  for (int run = 0; run < 4; ++run) {
    const auto start = Clock::now();
    sealer.seal({}, chunk);
    best = std::min(best, Clock::now() - start);
  }
  return best;
}

CipherLibrary find_fastest() {
  const auto key = PayloadKey::random();
  Bytes chunk(32 * 1024);
  auto fastest = CipherLibrary::sodium;
  auto best = time_of(fastest, key, chunk);
  for (const auto& library : {CipherLibrary::openssl, CipherLibrary::gcrypt}) {
    if (!library.is_available()) continue;
    const auto time = time_of(library, key, chunk);
    if (time >= best) continue;
    best = time;
    fastest = library;
  }
  return fastest;
}

}  // namespace

CipherLibrary fastest_cipher_library() {
  static const CipherLibrary fastest = find_fastest();
  return fastest;
}

}  // namespace sandyk::crypto
