#include "storage/filler.h"

#include <sodium.h>

#include <cmath>

#include "crypto/seal/size_class.h"

namespace sandyk::storage {

SealedBody make_filler(const crypto::Keyring& keyring) {
  const auto size = crypto::sealed_length(crypto::size_classes.front(), keyring.recipients().size());
  crypto::Bytes bytes(static_cast<std::size_t>(size));
  randombytes_buf(bytes.data(), bytes.size());
  return SealedBody(std::move(bytes));
}

std::chrono::steady_clock::duration filler_pause(std::chrono::milliseconds mean) {
  // Uniform in (0, 1], from 32 bits: the pause is then at most 22 times the mean.
  const double uniform = (static_cast<double>(randombytes_random()) + 1.0) / 4294967296.0;
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double, std::milli>(-std::log(uniform) * static_cast<double>(mean.count())));
}

}  // namespace sandyk::storage
