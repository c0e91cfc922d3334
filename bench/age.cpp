// What the parts of sealing and opening cost, in memory: build/release/bench/sandyk-age-bench
#include <benchmark/benchmark.h>

#include "crypto/open/age/open.h"
#include "crypto/seal/age/seal.h"

namespace {

using namespace sandyk::crypto;

constexpr std::size_t report_size = 16 * 1024;

std::vector<age::HybridRecipient> recipients(std::size_t count) {
  std::vector<age::HybridRecipient> list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(age::HybridIdentity::generate().recipient());
  return list;
}

void seal_report(benchmark::State& state) {
  const auto to = recipients(static_cast<std::size_t>(state.range(0)));
  const Bytes plain(report_size);
  for (auto _ : state) benchmark::DoNotOptimize(age::seal(to, plain));
}
BENCHMARK(seal_report)->ArgName("recipients")->Arg(1)->Arg(5)->Arg(20);

void open_report(benchmark::State& state) {
  const auto identity = age::HybridIdentity::generate();
  const std::vector<age::HybridRecipient> to = {identity.recipient()};
  const Bytes sealed = age::seal(to, Bytes(report_size)).value();
  for (auto _ : state)
    benchmark::DoNotOptimize(age::open_small(sealed, std::span(&identity, 1), report_size));
}
BENCHMARK(open_report);

template <class Identity>
void unwrap(benchmark::State& state) {
  const auto identity = Identity::generate();
  const auto stanza = identity.recipient().wrap(FileKey::random()).value();
  for (auto _ : state) benchmark::DoNotOptimize(identity.unwrap(std::span(&stanza, 1)));
}
BENCHMARK(unwrap<age::HybridIdentity>);
BENCHMARK(unwrap<age::X25519Identity>);

/// One chunk by one thread, by each library.
void seal_chunk(benchmark::State& state, CipherLibrary library) {
  if (!library.is_available()) return state.SkipWithError("this library does not offer the cipher here");
  const auto key = PayloadKey::random();
  BulkSealer sealer(key, library);
  Bytes chunk(age::sealed_chunk_size);
  for (auto _ : state) sealer.seal({}, chunk);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(age::chunk_size));
}
BENCHMARK_CAPTURE(seal_chunk, libsodium, CipherLibrary::sodium);
BENCHMARK_CAPTURE(seal_chunk, openssl, CipherLibrary::openssl);
BENCHMARK_CAPTURE(seal_chunk, libgcrypt, CipherLibrary::gcrypt);

}  // namespace
