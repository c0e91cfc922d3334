// What packing a report costs, its tar and its padding to a size class:
// build/release/bench/sandyk-report-bench
#include <benchmark/benchmark.h>

#include "report/packing.h"

namespace {

using namespace sandyk;

/// A file that leaves the packed report just within its class, or none for the smallest.
crypto::Bytes evidence_for(std::uint64_t size_class) {
  const std::uint64_t overhead = 8 * crypto::kib;  // headers of the tar, document and thread
  return crypto::Bytes(size_class > 16 * crypto::kib ? size_class - overhead : 0);
}

const std::string document(1500, 'a'), thread(400, 'b');

/// Packs a report of the class and hands its bytes to `sink`.
void pack_into(const crypto::Bytes& evidence, const report::Sink& sink) {
  const report::FileToPack file{"a1", evidence};
  const std::span<const report::FileToPack> files(&file, evidence.empty() ? 0 : 1);
  if (!report::pack(crypto::bytes_of(document), crypto::bytes_of(thread), files, sink)) std::abort();
}

void classes(benchmark::internal::Benchmark* bench) {
  bench->ArgName("class_kib");
  for (const std::uint64_t size : crypto::size_classes)
    bench->Arg(static_cast<std::int64_t>(size / crypto::kib));
}

void pack_report(benchmark::State& state) {
  const auto size = static_cast<std::uint64_t>(state.range(0)) * crypto::kib;
  const auto evidence = evidence_for(size);
  crypto::Bytes packed;
  packed.reserve(size);
  // Gathered, as whoever seals it would: handing on what lies there already would cost nothing.
  const report::Sink sink = [&](crypto::ByteView bytes) {
    packed.insert(packed.end(), bytes.begin(), bytes.end());
    return true;
  };
  for (auto _ : state) {
    packed.clear();
    pack_into(evidence, sink);
    benchmark::DoNotOptimize(packed.data());
  }
  if (packed.size() != size) state.SkipWithError("not of its class");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(pack_report)->Apply(classes);

void unpack_report(benchmark::State& state) {
  const auto size = static_cast<std::uint64_t>(state.range(0)) * crypto::kib;
  crypto::Bytes packed;
  pack_into(evidence_for(size), [&](crypto::ByteView bytes) {
    packed.insert(packed.end(), bytes.begin(), bytes.end());
    return true;
  });
  for (auto _ : state)
    if (!report::unpack(packed)) state.SkipWithError("does not unpack");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(unpack_report)->Apply(classes);

}  // namespace
