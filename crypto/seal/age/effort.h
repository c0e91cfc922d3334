// What of the machine a payload may use.
#pragma once

#include <algorithm>
#include <thread>

#include "crypto/seal/bulk_cipher.h"

namespace sandyk::crypto::age {

/// As it stands: for whoever seals or opens what is small.
struct Effort {
  CipherLibrary library = bulk_cipher_library();
  unsigned threads = processors();

  /// With the library that is the fastest here.
  static Effort fastest();
  /// Those this process may run on, at most 8.
  static unsigned processors() { return std::clamp(std::thread::hardware_concurrency(), 1U, 8U); }
};

/// From so many chunks on, threads are worth their start.
inline constexpr std::size_t chunks_for_a_crew = 8;

}  // namespace sandyk::crypto::age
