// What an audit log costs: build/release/bench/sandyk-log-bench
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "storage/log.h"
#include "storage/log_reader.h"

namespace {

using namespace sandyk;

const crypto::Date day = *crypto::Date::parse("2026-11-23");

/// As long as most are.
storage::LogEntry entry(std::uint64_t number) {
  const std::string digest = crypto::sha256(crypto::bytes_of(std::to_string(number))).hex();
  return storage::LogEntry::make("epoch-closed", {{"date", day.text()},
                                                  {"epoch", digest.substr(0, 32)},
                                                  {"database", digest},
                                                  {"key", digest},
                                                  {"compacted", "yes"}})
      .value();
}

/// A published log of so many entries, removed at the end.
class Log {
 public:
  explicit Log(std::uint64_t size) {
    std::string name = (std::filesystem::temp_directory_path() / "sandyk-log-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    auto log = open();
    std::vector<storage::LogEntry> entries;
    for (std::uint64_t i = 0; i < size; ++i) entries.push_back(entry(i));
    if (!log.log.append(entries) || !log.log.publish(day)) std::abort();
  }
  ~Log() { std::filesystem::remove_all(folder_); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  storage::AuditLog::Opened open() const {
    auto key = crypto::LogKey::read(crypto::text_of(key_.write().expose()));
    return storage::AuditLog::open(folder_ / "log", std::move(key), day);
  }
  auto read() const {
    return storage::read_log(storage::fetch_from(folder_ / "log"), key_.name(), key_.key());
  }

 private:
  std::filesystem::path folder_;
  crypto::LogKey key_ = crypto::LogKey::generate("sandyk/0123456789abcdef");
};

constexpr std::uint64_t size = 100'000;

void open_log(benchmark::State& state) {
  const Log log(size);
  for (auto _ : state)
    if (log.open().entries.size() != size) state.SkipWithError("the log does not verify");
}
BENCHMARK(open_log)->Unit(benchmark::kMillisecond);

void verify_log(benchmark::State& state) {
  const Log log(size);
  for (auto _ : state)
    if (!log.read()) state.SkipWithError("the log does not verify");
}
BENCHMARK(verify_log)->Unit(benchmark::kMillisecond);

/// A day's end: a few entries more, and the checkpoint.
void publish_a_day(benchmark::State& state) {
  const Log on_disk(size);
  auto log = on_disk.open();
  const std::vector<storage::LogEntry> few(4, entry(0));
  for (auto _ : state)
    if (!log.log.append(few) || !log.log.publish(day)) state.SkipWithError("not written");
}
BENCHMARK(publish_a_day)->Unit(benchmark::kMillisecond);

}  // namespace
