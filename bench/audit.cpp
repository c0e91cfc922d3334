// What an audit of a long log costs: build/release/bench/sandyk-audit-bench
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "audit/checks.h"
#include "audit/page.h"
#include "crypto/seal/log_key.h"
#include "storage/log.h"
#include "storage/signed_file.h"
#include "tests/support/policies.h"

namespace {

using namespace sandyk;
using storage::LogEntry;

constexpr std::uint64_t epochs = 33'333;  // each opened, closed and deleted: 100,001 entries with the rules
const crypto::Date monday = *crypto::Date::parse("2026-11-23");

/// What a server shows of its log, its keyring and its policy, removed at the end.
class Site {
 public:
  Site() {
    std::string name = (std::filesystem::temp_directory_path() / "sandyk-audit-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    const auto keyring = site_.keyring(crypto::Week(monday));
    put("keyring/2026-W48.json", keyring.json, keyring.signature);
    auto terms = testing::policy_content(site_);
    terms.log_key = key_.vkey();
    const auto policy = testing::sign_policy(site_, terms);
    put("policy/1.json", policy.json, policy.signature);
    write_log(crypto::sha256(crypto::bytes_of(keyring.json)).hex(),
              crypto::sha256(crypto::bytes_of(policy.json)).hex());
  }
  ~Site() { std::filesystem::remove_all(folder_); }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  audit::Evidence gather() const {
    return audit::gather(folder_, true, {key_.key(), site_.root.verify_key(), {}, {}, {}, last_day_});
  }

 private:
  void put(const std::string& path, const std::string& json, const std::string& signature) const {
    std::filesystem::create_directories((folder_ / path).parent_path());
    if (!storage::write_signed(folder_ / path, crypto::bytes_of(json), crypto::bytes_of(signature)))
      std::abort();
  }
  static LogEntry entry(const char* type, LogEntry::Values values, crypto::Date date) {
    values.emplace("date", date.text());
    return LogEntry::make(type, std::move(values)).value();
  }
  void write_log(const std::string& keyring, const std::string& policy) const {
    std::vector<LogEntry> entries;
    entries.push_back(entry("keyring", {{"serial", "1"}, {"sha256", keyring}, {"week", "2026-W48"}}, monday));
    entries.push_back(entry("policy", {{"serial", "1"}, {"sha256", policy}}, monday));
    const auto digest = [](std::uint64_t n) {
      return crypto::sha256(crypto::bytes_of(std::to_string(n))).hex();
    };
    const auto id = [&](std::uint64_t n) { return digest(n).substr(0, 2 * crypto::EpochId::size); };
    for (std::uint64_t n = 0; n < epochs; ++n)
      entries.push_back(entry("epoch-opened",
                              {{"epoch", id(n)},
                               {"week", "2026-W48"},
                               {"keyring", keyring},
                               {"key", digest(n)},
                               {"key-copy", digest(n)}},
                              monday));
    for (std::uint64_t n = 0; n < epochs; ++n)
      entries.push_back(entry(
          "epoch-closed",
          {{"epoch", id(n)}, {"database", digest(n)}, {"key", digest(n)}, {"compacted", "yes"}}, monday));
    for (std::uint64_t n = 0; n < epochs; ++n)
      entries.push_back(entry("purge", {{"epoch", id(n)}, {"reason", "unread"}, {"serial", "1"}}, last_day_));
    auto log = storage::AuditLog::open(folder_ / "log",
                                       crypto::LogKey::read(crypto::text_of(key_.write().expose())), monday);
    if (!log.log.append(entries) || !log.log.publish(last_day_)) std::abort();
  }

  std::filesystem::path folder_;
  const testing::TestSite site_ = testing::TestSite::make();
  const crypto::LogKey key_ = crypto::LogKey::generate(crypto::log_origin(site_.root.verify_key().site()));
  const crypto::Date last_day_ = monday + std::chrono::days(30);
};

void verify(benchmark::State& state) {
  const Site site;
  for (auto _ : state)
    for (const audit::Check& check : audit::check_all(site.gather()))
      if (check.verdict() == audit::Verdict::fails) state.SkipWithError(check.failures.front().c_str());
}
BENCHMARK(verify)->Unit(benchmark::kMillisecond);

void verify_and_write_the_page(benchmark::State& state) {
  const Site site;
  for (auto _ : state) {
    const auto evidence = site.gather();
    benchmark::DoNotOptimize(audit::page_of(evidence, audit::check_all(evidence)));
  }
}
BENCHMARK(verify_and_write_the_page)->Unit(benchmark::kMillisecond);

}  // namespace
