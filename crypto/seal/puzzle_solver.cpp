#include "crypto/seal/puzzle_solver.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <thread>
#include <vector>

namespace sandyk::crypto {
namespace {

constexpr std::uint64_t tries_per_half = 1ULL << 32;
constexpr std::uint64_t proofs_until_told = 1 << 14;

PuzzleNonce nonce_of(std::uint32_t costly, std::uint32_t cheap) {
  std::array<std::uint8_t, PuzzleNonce::size> bytes;
  const std::uint64_t both = std::uint64_t{costly} << 32 | cheap;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(both >> (56 - 8 * i));
  return PuzzleNonce(bytes);
}

/// The first number that `is_found`, tried in turns by so many threads; the calling one is among them, and
/// tells `after` how many it has tried.
template <class IsFound, class After>
std::optional<std::uint32_t> search(unsigned threads, const IsFound& is_found, const After& after) {
  std::atomic<std::uint64_t> next{0}, found{tries_per_half};
  std::atomic<bool> has_failed{false};
  const auto look = [&](bool is_caller) {
    for (std::uint64_t n = next++; n < found && !has_failed; n = next++) {
      if (is_found(static_cast<std::uint32_t>(n))) {
        for (auto least = found.load(); n < least && !found.compare_exchange_weak(least, n);) continue;
      }
      if (is_caller) after(n);
    }
  };
  std::exception_ptr fault;
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i)
      others.emplace_back([&] {
        try {
          look(false);
        } catch (const std::exception&) {
          has_failed = true;  // short of memory: the caller's own try says so, or goes on without
        }
      });
    try {
      look(true);
    } catch (...) {
      has_failed = true;
      fault = std::current_exception();
    }
  }
  if (fault) std::rethrow_exception(fault);
  if (has_failed) throw std::bad_alloc();
  if (found >= tries_per_half) return std::nullopt;
  return static_cast<std::uint32_t>(found);
}

/// How probable it was that `tries` with `expected` tries on average would do.
double share(double tries, double expected) {
  return 1 - std::exp(-tries / expected);
}

}  // namespace

std::optional<PuzzleNonce> solve_puzzle(const PuzzleSeed& seed, const ReportId& report, std::uint32_t effort,
                                        unsigned threads, const SolvingProgress& progress) {
  if (effort == 0 || !is_effort(effort)) return std::nullopt;
  const auto say = [&](double done) { progress(static_cast<unsigned>(std::min(done, 0.99) * 100)); };
  const auto costly = search(
      threads,
      [&](std::uint32_t n) { return meets_effort(costly_value(seed, report, nonce_of(n, 0)), effort); },
      [&](std::uint64_t n) { say(share(static_cast<double>(n), effort) / 2); });
  if (!costly) return std::nullopt;

  const PuzzleProof proof(seed, report, effort);
  const double expected = static_cast<double>(effort) * (1U << proof_bits_of_effort);
  const auto cheap = search(
      threads, [&](std::uint32_t n) { return proves(proof.of(nonce_of(*costly, n)), effort); },
      [&](std::uint64_t n) {
        if (n % proofs_until_told < threads) say(0.5 + share(static_cast<double>(n), expected) / 2);
      });
  if (!cheap) return std::nullopt;
  return nonce_of(*costly, *cheap);
}

}  // namespace sandyk::crypto
