// Solving the admission puzzle, on as many threads as one gives it.
#pragma once

#include <functional>
#include <optional>

#include "crypto/seal/puzzle.h"

namespace sandyk::crypto {

/// Gets, now and then and from the calling thread, how probable it was to be done by now, in per cent. A
/// search by chance has no other measure.
using SolvingProgress = std::function<void(unsigned)>;

/// The nonce that solves the puzzle and comes first in the order of its halves, on any number of threads.
/// Nothing when there is none (less likely than e^-64), or for an effort that there is not. Throws
/// std::bad_alloc.
std::optional<PuzzleNonce> solve_puzzle(const PuzzleSeed& seed, const ReportId& report, std::uint32_t effort,
                                        unsigned threads, const SolvingProgress& progress);

}  // namespace sandyk::crypto
