// What the vault costs: a new epoch, storing as it grows, and starting beside old epochs:
//   build/release/bench/sandyk-storage-bench [FOLDER]     FOLDER is on the disk to be measured (default /tmp)
// It stores 50,000 reports, or as many as SANDYK_REPORTS says.
#include <benchmark/benchmark.h>
#include <sodium.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "crypto/seal/file.h"
#include "crypto/seal/process.h"
#include "storage/epoch.h"
#include "storage/epoch_files.h"
#include "storage/export.h"
#include "storage/vault.h"
#include "tests/support/keyrings.h"

namespace {

using namespace sandyk;
namespace fs = std::filesystem;

fs::path place = "/tmp";
const crypto::Date monday = *crypto::Date::parse("2026-11-23");
constexpr std::size_t batch = 64;
constexpr std::size_t ends = 5'000;  // reports at the start and at the end that are compared

/// A folder that goes away, and a site to take keyrings from.
struct Bench {
  fs::path folder;
  testing::TestSite site = testing::TestSite::make();
  crypto::Keyring keyring;

  Bench() : keyring(verified()) {
    std::string name = (place / "sandyk-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder = name;
  }
  ~Bench() { fs::remove_all(folder); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  crypto::Keyring verified() const {
    const auto made = site.keyring(crypto::Week(monday));
    return crypto::Keyring::verify(crypto::bytes_of(made.json), made.signature, site.root.verify_key())
        .value();
  }
  storage::Epoch epoch(unsigned cache_mib, std::uint64_t step) const {
    const storage::EpochTerms terms{cache_mib * 1024, step, 0};
    return std::move(storage::Epoch::begin(folder, keyring, monday, terms).value());
  }
};

void begin_epoch(benchmark::State& state) {
  const Bench bench;
  for (auto _ : state) {
    auto epoch = bench.epoch(8, static_cast<std::uint64_t>(state.range(0)) * crypto::mib);
    state.PauseTiming();
    fs::remove_all(storage::Epoch::abandon(std::move(epoch)));
    state.ResumeTiming();
  }
}
BENCHMARK(begin_epoch)->ArgName("padding_mib")->Arg(0)->Arg(16)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Stores one batch of reports of the smallest class and does what the writer does after it.
void store_batch(storage::Epoch& epoch, const storage::SealedBody& body, std::size_t count = batch) {
  std::vector<storage::Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    std::array<std::uint8_t, 32> id;
    randombytes_buf(id.data(), id.size());
    entries.push_back({crypto::ReportId(id), crypto::Week(monday), &body});
  }
  if (!epoch.store(entries)) std::abort();
  if (epoch.bytes_in_log() >= 4 * crypto::mib && !epoch.checkpoint()) std::abort();
}

/// What no report has: random bytes, as long as the smallest class is when sealed for this bench's week.
storage::SealedBody some_body(const Bench& bench) {
  crypto::Bytes bytes(crypto::sealed_length(crypto::size_classes.front(), bench.keyring.recipients().size()));
  randombytes_buf(bytes.data(), bytes.size());
  return storage::SealedBody(std::move(bytes));
}

/// One transaction each, with so many reports: what sharing a sync is worth on this disk.
void store_batches(benchmark::State& state) {
  const Bench bench;
  const auto body = some_body(bench);
  auto epoch = bench.epoch(8, 16 * crypto::mib);
  for (auto _ : state) store_batch(epoch, body, static_cast<std::size_t>(state.range(0)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  fs::remove_all(storage::Epoch::abandon(std::move(epoch)));
}
BENCHMARK(store_batches)->ArgName("reports")->Arg(1)->Arg(8)->Arg(64)->Arg(256)->UseRealTime();

double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// The rate of the last reports of many, as a share of that of the first.
void store_many(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const char* const asked = std::getenv("SANDYK_REPORTS");
  const std::size_t all = asked != nullptr ? std::strtoul(asked, nullptr, 10) : 50'000;
  const Bench bench;
  const auto body = some_body(bench);
  for (auto _ : state) {
    auto epoch = bench.epoch(static_cast<unsigned>(state.range(0)), 16 * crypto::mib);
    const std::size_t edge = std::min(ends, all / 2);
    std::chrono::duration<double> first{}, last{};
    double first_work = 0,
           last_work = 0;  // the processor's: another program that uses the disk does not count
    for (std::size_t done = 0; done < all; done += batch) {
      const auto start = Clock::now();
      const double work = processor_seconds();
      store_batch(epoch, body);
      if (done < edge) first += Clock::now() - start, first_work += processor_seconds() - work;
      if (done >= all - edge) last += Clock::now() - start, last_work += processor_seconds() - work;
    }
    state.counters["first_per_s"] = static_cast<double>(edge) / first.count();
    state.counters["last_per_s"] = static_cast<double>(edge) / last.count();
    state.counters["last_to_first"] = first / last;
    state.counters["by_processor"] = first_work / last_work;
    state.counters["reports"] = static_cast<double>(all);
    fs::remove_all(storage::Epoch::abandon(std::move(epoch)));
  }
}
BENCHMARK(store_many)
    ->ArgName("cache_mib")
    ->Arg(8)
    ->Arg(64)
    ->Iterations(1)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();

/// A report that is there already beside one that is new, in turn, each in a transaction of its own: what the
/// writer's processor does for each, and how long each takes.
void store_new_and_known(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const Bench bench;
  const auto body = some_body(bench);
  const auto entry = [&] {
    std::array<std::uint8_t, 32> id;
    randombytes_buf(id.data(), id.size());
    return storage::Entry{crypto::ReportId(id), crypto::Week(monday), &body};
  };
  auto epoch = bench.epoch(8, 16 * crypto::mib);
  double work[2] = {};
  std::vector<double> times[2];
  for (auto _ : state) {
    const auto fresh = entry();
    const storage::Entry both[2] = {fresh, fresh};
    for (const std::size_t known : {0U, 1U}) {
      const double before = processor_seconds();
      const auto start = Clock::now();
      if (!epoch.store(std::span(&both[known], 1))) std::abort();
      times[known].push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
      work[known] += processor_seconds() - before;
    }
    if (epoch.bytes_in_log() >= 4 * crypto::mib && !epoch.checkpoint()) std::abort();
  }
  const auto median = [](std::vector<double>& all) {
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
    return all[all.size() / 2];
  };
  const auto count = static_cast<double>(state.iterations());
  state.counters["new_cpu_us"] = 1e6 * work[0] / count;
  state.counters["known_cpu_us"] = 1e6 * work[1] / count;
  state.counters["new_median_us"] = median(times[0]);
  state.counters["known_median_us"] = median(times[1]);
  fs::remove_all(storage::Epoch::abandon(std::move(epoch)));
}
BENCHMARK(store_new_and_known)->Iterations(2000)->Unit(benchmark::kMicrosecond)->UseRealTime();

/// Closed epochs as they stand in a vault, copied from one.
void add_old_epochs(const fs::path& vault, std::int64_t count) {
  const fs::path one = fs::directory_iterator(vault / "epochs")->path();
  const auto info = storage::read_epoch_info(one).value();
  for (std::int64_t i = 1; i < count; ++i) {
    const auto id = crypto::random_epoch_id();
    const auto folder = vault / "epochs" / id.hex();
    fs::copy(one, folder);
    fs::remove(folder / "epoch.json");
    if (!storage::write_epoch_info(folder, {id, info.week, info.keyring, info.date, info.state}))
      std::abort();
  }
}

void start(benchmark::State& state) {
  const Bench bench;
  const fs::path vault = bench.folder / "vault";
  const auto made = bench.site.keyring(crypto::Week(monday));
  if (!storage::put_into_inbox(vault, "2026-W48.json", crypto::bytes_of(made.json),
                               crypto::bytes_of(made.signature)))
    std::abort();
  storage::VaultSettings settings{vault, bench.site.root.verify_key()};
  settings.padding = 4096;  // what is measured is not writing noise
  if (state.range(0) > 0) {
    storage::Vault::open(settings, monday).value().reset();
    add_old_epochs(vault, state.range(0));
  }
  for (auto _ : state) {
    auto opened = storage::Vault::open(settings, monday).value();
    state.PauseTiming();
    opened.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(start)
    ->ArgName("old_epochs")
    ->Arg(0)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1000)
    ->Iterations(10)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  crypto::start_process();
  benchmark::Initialize(&argc, argv);
  if (argc > 1) place = argv[1];
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
