// What the admission puzzle costs a verifier and a sender: build/release/bench/sandyk-puzzle-bench
#include <benchmark/benchmark.h>

#include "crypto/seal/puzzle_solver.h"

namespace {

using namespace sandyk::crypto;

const ReportId some_report = report_id(bytes_of("a report"));

/// Another for each round, so that luck evens out.
PuzzleSeed seed_of(std::uint64_t round) {
  return *PuzzleSeed::from(sha256(bytes_of(std::to_string(round))).bytes());
}

/// What a bogus solution costs the front.
void cheap_half(benchmark::State& state) {
  const PuzzleSeed seed = seed_of(0);
  const PuzzleNonce nonce({});
  for (auto _ : state)
    benchmark::DoNotOptimize(proves(PuzzleProof(seed, some_report, least_effort).of(nonce), least_effort));
}
BENCHMARK(cheap_half);

/// What a solution costs the verifiers on top.
void costly_half(benchmark::State& state) {
  const PuzzleSeed seed = seed_of(0);
  const PuzzleNonce nonce({});
  for (auto _ : state) benchmark::DoNotOptimize(costly_value(seed, some_report, nonce));
}
BENCHMARK(costly_half)->Unit(benchmark::kMicrosecond);

/// What a sender pays, one processor: the mean over many.
void solution(benchmark::State& state) {
  std::uint64_t round = 0;
  const auto effort = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(solve_puzzle(seed_of(round++), some_report, effort, 1, [](unsigned) {}));
}
BENCHMARK(solution)->Arg(least_effort)->Iterations(50)->Unit(benchmark::kMillisecond);

}  // namespace
