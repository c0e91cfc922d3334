// What the endpoint does for each report before it is stored: build/release/bench/sandyk-intake-bench
#include <benchmark/benchmark.h>

#include "crypto/open/age/identity.h"
#include "crypto/seal/age/header.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/size_class.h"
#include "intake/canonical.h"
#include "intake/request_head.h"
#include "intake/shape.h"

namespace {

using namespace sandyk;

crypto::Bytes sealed_for(std::size_t organisations) {
  std::vector<crypto::age::HybridRecipient> to;
  for (std::size_t i = 0; i < organisations; ++i)
    to.push_back(crypto::age::HybridIdentity::generate().recipient());
  return crypto::age::seal(to, crypto::Bytes(crypto::size_classes.front())).value();
}

/// As a browser sends it.
const std::string head =
    "PUT /reports/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef HTTP/1.1\r\n"
    "Host: intake.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
    "Firefox/128.0\r\nAccept: */*\r\nAccept-Language: ru,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\n"
    "Content-Type: application/octet-stream\r\nContent-Length: 18971\r\nSandyk-Week: 2026-W48\r\n"
    "Origin: https://intake.example\r\nConnection: keep-alive\r\n\r\n";

void parse_request_head(benchmark::State& state) {
  for (auto _ : state) {
    const auto parsed = intake::parse_head(head);
    if (!parsed || !*parsed) state.SkipWithError("refused");
    benchmark::DoNotOptimize(intake::canonical_request((*parsed)->head));
  }
}
BENCHMARK(parse_request_head);

void check_age_header(benchmark::State& state) {
  const auto sealed = sealed_for(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state)
    if (!crypto::age::parse_header(sealed)) state.SkipWithError("refused");
}
BENCHMARK(check_age_header)->ArgName("recipients")->Arg(1)->Arg(2)->Arg(5)->Arg(20);

void check_shape(benchmark::State& state) {
  const auto organisations = static_cast<std::size_t>(state.range(0));
  const storage::SealedBody body(sealed_for(organisations));
  for (auto _ : state)
    if (!intake::check_shape(body, organisations)) state.SkipWithError("refused");
}
BENCHMARK(check_shape)->ArgName("recipients")->Arg(1)->Arg(2)->Arg(5)->Arg(20);

void digest_of_report(benchmark::State& state) {
  const storage::SealedBody body(crypto::Bytes(static_cast<std::size_t>(state.range(0)) * crypto::kib));
  for (auto _ : state) benchmark::DoNotOptimize(intake::digest_of(body));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(digest_of_report)->ArgName("kib")->Arg(18)->Arg(256);

}  // namespace
