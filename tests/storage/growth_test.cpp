// An epoch that has taken many reports takes the next one at nearly the rate of the first. Prints how nearly;
// bench/storage.cpp measures it properly, by cache size.
#include <time.h>

#include <algorithm>
#include <cstdio>

#include "storage/epoch.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

/// Of this thread: the disk's time is the machine's affair, and varies with what else runs.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

TEST_F(VaultTest, TakesTheLastOfManyReportsLikeTheFirst) {
#ifdef SANDYK_SANITIZED
  constexpr std::size_t usually = 10'000;
#else
  constexpr std::size_t usually = 50'000;
#endif
  const std::size_t all = std::getenv("SANDYK_LONG") != nullptr ? 200'000 : usually;
  constexpr std::size_t batch = 64;
  const std::size_t end = std::min<std::size_t>(5'000, all / 10);
  const auto signed_keyring = site.keyring(week);
  const auto keyring = crypto::Keyring::verify(crypto::bytes_of(signed_keyring.json),
                                               signed_keyring.signature, site.root.verify_key());
  const VaultSettings usual = settings();
  auto epoch = std::move(Epoch::begin(folder.path, keyring.value(), monday, {usual.cache_kib, 0, 0}).value());
  const auto where = epoch.folder();
  const auto bytes = sample(crypto::sealed_length(16 * crypto::kib, 2)).bytes;
  const SealedBody body(bytes);
  double first = 0, last = 0;
  for (std::size_t done = 0; done < all; done += batch) {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < batch; ++i) entries.push_back({sample(32).id, week, &body});
    const double before = processor_seconds();
    ASSERT_TRUE(epoch.store(entries));
    if (epoch.bytes_in_log() >= 4 * crypto::mib) {
      ASSERT_TRUE(epoch.checkpoint());
    }
    if (done < end) first += processor_seconds() - before;
    if (done >= all - end) last += processor_seconds() - before;
  }
  std::printf(
      "The last %zu of %zu reports were stored at %.2f of the rate of the first, by processor time.\n", end,
      all, first / last);
  ASSERT_EQ(Epoch::close(std::move(epoch), [] { return false; }).value(), Ending::uncompacted);
  EXPECT_EQ(reader_of(where).list()->reports.size(), (all + batch - 1) / batch * batch);
}

}  // namespace
}  // namespace sandyk::storage
