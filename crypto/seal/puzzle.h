// The admission puzzle: what a report costs its sender while the server is pressed (docs/formats.md,
// "Puzzle").
//
// A solution is a nonce of 8 bytes, for one seed, one report and an effort E. Its first half is searched for
// with Argon2id (1 MiB), about E calls. Its second half then proves, with about E · 2^12 calls of SHA-256,
// that somebody worked for the whole. So the sender pays E Argon2id and E · 2^12 SHA-256 once each, not one
// for every try of the other: then the part that needs memory would be nothing beside the part that graphics
// cards do for nothing. With 2^12 the first is the larger one in JavaScript (measured 6.3 ms and 2.8 ms a
// unit; a phone: perhaps 1 to 3 s at the least one), and a third natively (0.5 ms and 0.9 ms). A verifier
// pays two blocks of SHA-256, and one Argon2id only if they hold. To make it pay that, a bogus solution costs
// its sender the SHA-256 part (2^18 calls at the least effort), and more the higher the effort that it
// claims; so a claim may decide who is verified first.
#pragma once

#include <sodium.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/ids.h"

namespace sandyk::crypto {

inline constexpr std::uint32_t least_effort = 64, most_effort = 16384;

/// So many bits of SHA-256 are proved for each unit of effort: 18 at the least one.
inline constexpr unsigned proof_bits_of_effort = 12;

/// True for 0, which asks nothing, and from the least to the most there is.
constexpr bool is_effort(std::uint64_t effort) {
  return effort == 0 || (effort >= least_effort && effort <= most_effort);
}

/// What GET /puzzle says.
struct Puzzle {
  std::uint64_t slot;    ///< half hours since 1970
  PuzzleSeed seed;       ///< of this slot
  std::uint32_t effort;  ///< what gets a report in at present; 0: nothing is asked
  std::uint32_t floor;   ///< the least that is looked at; at most `effort`

  bool operator==(const Puzzle&) const = default;
};

/// Nothing unless it is exactly such a file, of at most 4 KiB.
std::optional<Puzzle> parse_puzzle(ByteView json);
std::string write_puzzle(const Puzzle& puzzle);

/// What the sender of a report says: `<slot>:<effort>:<nonce>`, decimal without leading zeros, and 16
/// lower-case hex digits.
struct PuzzleSolution {
  std::uint64_t slot;
  std::uint32_t effort;
  PuzzleNonce nonce;

  bool operator==(const PuzzleSolution&) const = default;
};

std::optional<PuzzleSolution> parse_puzzle_solution(std::string_view text);
std::string write_puzzle_solution(const PuzzleSolution& solution);

/// The cheap half, for one seed, report and effort: SHA-256 over the domain, `sandyk/puzzle/1` and a line
/// feed, seed, report id, effort and nonce. The first block is the same for every nonce, and is computed
/// once.
class PuzzleProof {
 public:
  PuzzleProof(const PuzzleSeed& seed, const ReportId& report, std::uint32_t effort);
  Digest of(const PuzzleNonce& nonce) const;

 private:
  crypto_hash_sha256_state begun_;
};

/// True when the first 4 bytes of a proof, as a big-endian number, times effort · 2^12 are below 2^32.
bool proves(const Digest& proof, std::uint32_t effort);

/// The costly half: Argon2id (t = 1, 1 MiB, p = 1) over seed, report id and the first 4 bytes of the nonce,
/// with the domain's 16 bytes as salt; its first 4 of 32 bytes as a big-endian number. Throws std::bad_alloc.
std::uint32_t costly_value(const PuzzleSeed& seed, const ReportId& report, const PuzzleNonce& nonce);

/// True when `value` times `effort` is below 2^32.
bool meets_effort(std::uint32_t value, std::uint32_t effort);

/// Both halves, the cheap one first. False for an effort that there is not; true for effort 0.
bool solves_puzzle(const PuzzleSeed& seed, const ReportId& report, std::uint32_t effort,
                   const PuzzleNonce& nonce);

}  // namespace sandyk::crypto
