// What a peer writes about the admission puzzle: each solution has one spelling, and each file says the same
// after writing. An effort is always one there is.
#include "crypto/seal/puzzle.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const ByteView bytes(data, size);
  if (const auto solution = parse_puzzle_solution(text_of(bytes))) {
    if (write_puzzle_solution(*solution) != text_of(bytes)) std::abort();
    if (solution->effort == 0 || !is_effort(solution->effort)) std::abort();
  }
  if (const auto puzzle = parse_puzzle(bytes)) {
    const std::string written = write_puzzle(*puzzle);
    if (parse_puzzle(bytes_of(written)) != puzzle) std::abort();
    if (!is_effort(puzzle->effort) || !is_effort(puzzle->floor) || puzzle->floor > puzzle->effort)
      std::abort();
  }
  return 0;
}
