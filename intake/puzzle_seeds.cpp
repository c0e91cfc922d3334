#include "intake/puzzle_seeds.h"

#include <sodium.h>

#include <chrono>

namespace sandyk::intake {

std::uint64_t puzzle_slot_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::minutes>(since).count()) / 30;
}

crypto::PuzzleSeed PuzzleSeeds::of(std::uint64_t slot) const {
  std::array<std::uint8_t, 8> number;
  for (std::size_t i = 0; i < number.size(); ++i) number[i] = static_cast<std::uint8_t>(slot >> (56 - 8 * i));
  static_assert(crypto_auth_hmacsha256_BYTES == crypto::PuzzleSeed::size &&
                crypto_auth_hmacsha256_KEYBYTES == Key::size);
  std::array<std::uint8_t, crypto::PuzzleSeed::size> seed;
  crypto_auth_hmacsha256(seed.data(), number.data(), number.size(), key_.expose().data());
  return crypto::PuzzleSeed(seed);
}

}  // namespace sandyk::intake
