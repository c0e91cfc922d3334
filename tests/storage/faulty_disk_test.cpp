// Disks that fill, fail, or cannot be written: what was not stored is not acknowledged, what was acknowledged
// stays.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "storage/epoch_files.h"
#include "tests/storage/disk_calls.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

/// A file system of its own at `path`, which is gone with this object.
class Tmpfs {
 public:
  Tmpfs(std::filesystem::path path, const char* options, unsigned long flags = 0) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    is_mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", flags, options) == 0;
    EXPECT_TRUE(is_mounted_) << "this test needs the right to mount a tmpfs";
  }
  ~Tmpfs() {
    if (is_mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  Tmpfs(const Tmpfs&) = delete;
  Tmpfs& operator=(const Tmpfs&) = delete;
  void make_read_only() {
    ASSERT_EQ(::mount(nullptr, path_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  }

 private:
  std::filesystem::path path_;
  bool is_mounted_;
};

class FaultyDisk : public VaultTest {
 protected:
  const std::filesystem::path mounted = folder.path / "disk";
  void use_disk() {
    vault = mounted / "vault";
    put_keyring(site.keyring(week));
  }
};

TEST_F(FaultyDisk, KeepsWhatWasAcknowledgedWhenItFillsAndGoesOnWhenThereIsRoom) {
  const Tmpfs disk(mounted, "size=4m,mode=0700");
  use_disk();
  std::multiset<std::string> acknowledged;
  const auto ballast = mounted / "ballast";
  {
    auto v = open_vault();
    ASSERT_TRUE(crypto::write_file(ballast, crypto::Bytes(1'000'000)));
    tl::expected<void, PutFault> done;
    while (done) {
      const auto report = sample(100'000);
      done = v->put(report.id, week, report.body());
      if (done) acknowledged.insert(report.id.hex());
      ASSERT_LT(acknowledged.size(), 60U);
    }
    EXPECT_EQ(done.error(), PutFault::disk_full);
    EXPECT_GE(acknowledged.size(), 2U);
    std::filesystem::remove(ballast);
    const auto report = sample(100'000);
    ASSERT_TRUE(v->put(report.id, week, report.body()));
    acknowledged.insert(report.id.hex());
  }
  EXPECT_EQ(all_ids(), acknowledged);
}

TEST_F(FaultyDisk, RefusesWhatDoesNotFitAmongManyAtOnceAndGoesOn) {
  const Tmpfs disk(mounted, "size=4m,mode=0700");
  use_disk();
  const auto kept = sample(), refused = sample(300'000), later = sample();
  {
    auto v = open_vault();
    ASSERT_TRUE(v->put(kept.id, week, kept.body()));
    crypto::Fd ballast(::open((mounted / "grow").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const auto free_bytes = std::filesystem::space(mounted).available;
    ASSERT_TRUE(crypto::write_all(ballast.get(), crypto::Bytes(free_bytes - 720'000)));
    std::vector<std::thread> threads;
    std::atomic<int> full = 0, stored = 0;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&] {
        const auto report = sample(90'000);
        const auto done = v->put(report.id, week, report.body());
        if (done) ++stored;
        if (!done && done.error() == PutFault::disk_full) ++full;
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(full + stored, 8);
    EXPECT_GE(full, 1);
    EXPECT_EQ(v->put(refused.id, week, refused.body()).error(), PutFault::disk_full);
    std::filesystem::remove(mounted / "grow");
    ballast.close();
    EXPECT_TRUE(v->put(later.id, week, later.body()));
  }
  const auto ids = all_ids();
  EXPECT_EQ(ids.count(kept.id.hex()) + ids.count(later.id.hex()), 2U);
  EXPECT_EQ(ids.count(refused.id.hex()), 0U);
}

TEST_F(FaultyDisk, RefusesNoReportForTheSakeOfPadding) {
  const Tmpfs disk(mounted, "size=8m,mode=0700");
  use_disk();
  auto padded = settings();
  padded.padding = 16 * crypto::mib;
  padded.log_age = std::chrono::milliseconds(20);
  std::multiset<std::string> acknowledged;
  {
    auto v = std::move(Vault::open(padded, monday).value());
    for (int i = 0; i < 30; ++i) {
      const auto report = sample(50'000);
      ASSERT_TRUE(v->put(report.id, week, report.body()));
      acknowledged.insert(report.id.hex());
      if (i % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  const auto epoch = epochs().at(0);
  EXPECT_EQ(state(epoch), EpochInfo::State::closed);
  EXPECT_FALSE(read_mark(epoch)->is_compacted);
  EXPECT_FALSE(std::filesystem::exists(epoch / "reports.db.compact"));
  EXPECT_EQ(all_ids(), acknowledged);
}

TEST_F(FaultyDisk, LeavesTheReserveAlone) {
  const Tmpfs disk(mounted, "size=8m,mode=0700");
  use_disk();
  auto with_reserve = settings();
  with_reserve.reserve = 64 * crypto::mib;
  auto v = std::move(Vault::open(with_reserve, monday).value());
  const auto report = sample();
  EXPECT_EQ(v->put(report.id, week, report.body()).error(), PutFault::disk_full);
}

TEST_F(FaultyDisk, SaysThatItCannotBeginWhenItIsFull) {
  const Tmpfs disk(mounted, "size=100k,mode=0700");
  use_disk();
  (void)crypto::write_file(mounted / "ballast", crypto::Bytes(60'000));
  const auto v = Vault::open(settings(), monday);
  ASSERT_FALSE(v);
  EXPECT_EQ(v.error(), VaultFault::disk_full);
  EXPECT_TRUE(epochs().empty());
}

TEST_F(FaultyDisk, SaysThatItCannotBeWritten) {
  Tmpfs disk(mounted, "size=1m,mode=0700");
  use_disk();
  disk.make_read_only();
  EXPECT_EQ(Vault::open(settings(), monday).error(), VaultFault::no_access);
}

/// A vault that empties its log for its size only, so that a test knows what is synced when.
class FailingDisk : public VaultTest {
 protected:
  std::unique_ptr<Vault> open_with_old_log() {
    auto patient = settings();
    patient.log_age = std::chrono::hours(1);
    auto v = std::move(Vault::open(patient, monday).value());
    // Beginning an epoch leaves something in the log, which is emptied between these two refusals at the
    // latest.
    const SealedBody unreadable(crypto::Fd(), 1000);
    for (int i = 0; i < 2; ++i) EXPECT_FALSE(v->put(sample().id, week, unreadable));
    return v;
  }
};

TEST_F(FailingDisk, TrustsNoFileAgainAfterAFailedSync) {
  const auto before = sample(), during = sample(), after = sample();
  {
    auto v = open_with_old_log();
    ASSERT_TRUE(v->put(before.id, week, before.body()));
    {
      const sandyk::testing::FailingSync failing("reports.db-wal");
      EXPECT_EQ(v->put(during.id, week, during.body()).error(), PutFault::failed);
    }
    v->finish_chores();
    EXPECT_TRUE(says(*v, "An input/output error ended the epoch"));
    ASSERT_EQ(epochs().size(), 1U);
    EXPECT_EQ(state(epochs()[0]), EpochInfo::State::unclean);
    ASSERT_TRUE(v->put(after.id, week, after.body()));
    EXPECT_EQ(epochs().size(), 2U);
  }
  const auto ids = all_ids();
  EXPECT_EQ(ids.count(before.id.hex()), 1U);
  EXPECT_EQ(ids.count(after.id.hex()), 1U);
}

TEST_F(FailingDisk, LosesNothingWhenACheckpointFails) {
  std::multiset<std::string> acknowledged;
  {
    auto v = open_with_old_log();
    const sandyk::testing::FailingSync failing("/reports.db");
    for (int i = 0; i < 60; ++i) {
      const auto report = sample(100'000);
      if (v->put(report.id, week, report.body())) acknowledged.insert(report.id.hex());
    }
  }
  ASSERT_GT(epochs().size(), 1U);  // each checkpoint failed, its epoch was given up, and another begun
  const auto all = epochs();
  EXPECT_TRUE(std::any_of(all.begin(), all.end(),
                          [&](const auto& epoch) { return state(epoch) == EpochInfo::State::unclean; }));
  EXPECT_GE(acknowledged.size(), 30U);
  EXPECT_EQ(all_ids(), acknowledged);
}

}  // namespace
}  // namespace sandyk::storage
