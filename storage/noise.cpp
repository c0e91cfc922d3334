#include "storage/noise.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "crypto/seal/size_class.h"

namespace sandyk::storage {

crypto::ByteView Noise::next(std::uint64_t most) {
  std::array<unsigned char, randombytes_SEEDBYTES> seed;
  randombytes_buf(seed.data(), seed.size());
  piece_.resize(static_cast<std::size_t>(std::min(most, crypto::mib)));
  randombytes_buf_deterministic(piece_.data(), piece_.size(), seed.data());
  return piece_;
}

}  // namespace sandyk::storage
