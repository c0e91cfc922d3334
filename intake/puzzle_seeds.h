// The seeds of the admission puzzle: one for each half hour, by a secret that nobody but this process has.
#pragma once

#include <cstdint>
#include <optional>

#include "crypto/seal/puzzle.h"
#include "crypto/seal/secret.h"

namespace sandyk::intake {

/// Half hours since 1970. Nothing that leaves the server is finer.
std::uint64_t puzzle_slot_now();

/// A restart changes them all: whoever solved for the old ones fetches and solves once more.
class PuzzleSeeds {
 public:
  crypto::PuzzleSeed of(std::uint64_t slot) const;

 private:
  using Key = crypto::Secret<struct PuzzleSeedKeyKind, 32>;
  Key key_ = Key::random();
};

}  // namespace sandyk::intake
