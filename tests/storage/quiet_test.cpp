// What the vault's files tell to someone without keys: sizes in steps, no zeros, times of a day, and after
// the close neither filler nor the order in which reports came.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <thread>

#include "storage/chores.h"
#include "storage/compact.h"
#include "storage/database.h"
#include "storage/epoch_files.h"
#include "storage/filler.h"
#include "storage/midnight.h"
#include "storage/settle.h"
#include "storage/start_counter.h"
#include "tests/storage/disk_calls.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class QuietTest : public VaultTest {
 protected:
  static constexpr std::uint64_t step = 64 * crypto::kib;

  std::unique_ptr<Vault> open_with(const VaultSettings& with) {
    return std::move(Vault::open(with, monday).value());
  }
  std::vector<Sample> put_samples(Vault& v, int count, std::size_t size = 20'000) {
    std::vector<Sample> samples;
    for (int i = 0; i < count; ++i) {
      samples.push_back(sample(size));
      EXPECT_TRUE(v.put(samples.back().id, week, samples.back().body()));
    }
    return samples;
  }
  std::int64_t ask(const fs::path& epoch, const std::string& sql) const {
    auto db = Database::open(epoch / "reports.db", key_of(epoch), Database::Access::immutable, 1024).value();
    return db.ask_integer(sql).value();
  }
  static crypto::Bytes bytes_in(const fs::path& file) { return crypto::read_file(file, 1 << 30).value(); }

  /// Pages in which a byte value is so frequent that it is not random.
  static std::size_t telling_pages(const fs::path& file) {
    const auto bytes = bytes_in(file);
    std::size_t telling = 0;
    for (std::size_t at = 0; at + 4096 <= bytes.size(); at += 4096) {
      std::array<unsigned, 256> counts{};
      for (std::size_t i = 0; i < 4096; ++i) ++counts[bytes[at + i]];
      telling += *std::max_element(counts.begin(), counts.end()) > 60 ? 1U : 0U;  // 16 expected
    }
    return telling;
  }
  static bool is_at_midnight(const fs::path& path) {
    struct stat info {};
    EXPECT_EQ(::lstat(path.c_str(), &info), 0);
    return info.st_mtim.tv_sec % 86400 == 0 && info.st_mtim.tv_nsec == 0;
  }
  /// Those that tell when they were changed to more than a day.
  static std::vector<fs::path> telling_times(const fs::path& root) {
    std::vector<fs::path> telling;
    if (!is_at_midnight(root)) telling.push_back(root);
    for (const auto& entry : fs::recursive_directory_iterator(root))
      if (!is_at_midnight(entry.path())) telling.push_back(entry.path());
    return telling;
  }
  template <class Claim>
  static bool comes_true(const Claim& claim) {
    for (int i = 0; i < 600; ++i, std::this_thread::sleep_for(20ms))
      if (claim()) return true;
    return false;
  }
};

TEST_F(QuietTest, AnOpenDatabaseIsAMultipleOfTheStepAndHoldsNoZeros) {
  auto quick = settings();
  quick.log_age = 100ms;
  auto v = open_with(quick);
  const auto epoch = epochs().at(0);
  EXPECT_EQ(fs::file_size(epoch / "reports.db"), step);
  std::set<std::uintmax_t> sizes;
  for (int i = 0; i < 12; ++i) {
    put_samples(*v, 5, 200'000);
    ASSERT_TRUE(comes_true([&] { return fs::file_size(epoch / "reports.db-wal") == 0; }));
    sizes.insert(fs::file_size(epoch / "reports.db"));
    EXPECT_EQ(telling_pages(epoch / "reports.db"), 0U);
  }
  EXPECT_GT(sizes.size(), 5U);  // it did grow
  for (const auto size : sizes) EXPECT_EQ(size % step, 0U);
  const int in_use = 12'000'000;
  EXPECT_GT(*sizes.rbegin(), in_use);
}

TEST_F(QuietTest, AClosedDatabaseIsAPowerOfTwoAndHoldsNoZeros) {
  for (const int count : {0, 1, 10, 100}) {
    fs::remove_all(vault / "epochs");
    auto v = open_vault();
    put_samples(*v, count);
    v.reset();
    const auto file = epochs().at(0) / "reports.db";
    EXPECT_TRUE(std::has_single_bit(fs::file_size(file))) << count;
    EXPECT_GE(fs::file_size(file), step);
    EXPECT_EQ(telling_pages(file), 0U);
    EXPECT_TRUE(read_mark(epochs().at(0))->is_compacted);
    EXPECT_EQ(ids_in(epochs().at(0)).size(), static_cast<std::size_t>(count));
  }
}

TEST_F(QuietTest, TheDefaultStepIsSixteenMebibytes) {
  auto v = open_with(VaultSettings{vault, site.root.verify_key()});
  const auto file = epochs().at(0) / "reports.db";
  EXPECT_EQ(fs::file_size(file), 16 * crypto::mib);
  EXPECT_EQ(telling_pages(file), 0U);
  put_samples(*v, 3);
  v.reset();
  EXPECT_EQ(fs::file_size(file), 16 * crypto::mib);
}

TEST_F(QuietTest, WithoutAStepTheFileIsAsLargeAsItsPages) {
  auto plain = settings();
  plain.padding = 0;
  auto v = open_with(plain);
  put_samples(*v, 3);
  v.reset();
  const auto epoch = epochs().at(0);
  EXPECT_EQ(fs::file_size(epoch / "reports.db"),
            static_cast<std::uintmax_t>(ask(epoch, "PRAGMA page_count")) * 4096);
}

TEST_F(QuietTest, SqlciphersOwnChecksFindNothingButTheNoise) {
  auto v = open_vault();
  put_samples(*v, 10);
  v.reset();
  const auto epoch = epochs().at(0);
  auto db = Database::open(epoch / "reports.db", key_of(epoch), Database::Access::write, 1024).value();
  EXPECT_EQ(db.ask_text("PRAGMA integrity_check").value(), "ok");
  // This one looks at every page of the file, those behind the last page of the database among them.
  const auto pages = static_cast<std::uint64_t>(db.ask_integer("PRAGMA page_count").value());
  const auto behind = fs::file_size(epoch / "reports.db") / 4096 - pages;
  EXPECT_GT(behind, 0U);
  auto check = db.prepare("PRAGMA cipher_integrity_check").value();
  std::uint64_t faults = 0;
  while (check.step().value()) {
    ++faults;
    EXPECT_EQ(check.text(0), "HMAC verification failed for page " + std::to_string(pages + faults));
  }
  EXPECT_EQ(faults, behind);
}

TEST_F(QuietTest, ACompactedDatabaseIsInTheOrderOfIdsAndNumberedAnew) {
  auto with_filler = settings();
  with_filler.filler_mean = 5ms;
  auto v = open_with(with_filler);
  const auto samples = put_samples(*v, 30, 300'000);  // two parts each
  v.reset();
  const auto epoch = epochs().at(0);
  std::vector<crypto::ReportId> expected;
  for (const auto& one : samples) expected.push_back(one.id);
  std::sort(expected.begin(), expected.end());
  auto reader = reader_of(epoch);
  const auto listing = reader.list().value();
  ASSERT_EQ(listing.reports.size(), 30U);
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_EQ(listing.reports[i].n, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(listing.reports[i].id, expected[i]);
    EXPECT_TRUE(reader.read(listing.reports[i], [](crypto::ByteView) { return true; }));
  }
  EXPECT_EQ(ask(epoch, "SELECT count(*) FROM reports"), 30);
  EXPECT_EQ(ask(epoch, "SELECT count(*) FROM parts"), 60);
  EXPECT_EQ(ask(epoch, "SELECT count(*) FROM parts WHERE n = report * 256 + part"), 60);
}

TEST_F(QuietTest, AFillerLooksLikeASmallReportAndIsNeverListed) {
  auto with_filler = settings();
  with_filler.filler_mean = 5ms;
  with_filler.closing_time = 0ms;  // uncompacted, so that it is still there
  auto v = open_with(with_filler);
  put_samples(*v, 5);
  std::this_thread::sleep_for(500ms);
  v.reset();
  const auto epoch = epochs().at(0);
  EXPECT_FALSE(read_mark(epoch)->is_compacted);
  EXPECT_EQ(ids_in(epoch).size(), 5U);
  EXPECT_EQ(reader_of(epoch).list()->damaged, 0U);
  const auto fillers = ask(epoch, "SELECT count(*) FROM reports WHERE kind = 'filler'");
  EXPECT_GT(fillers, 3);
  const auto size = crypto::sealed_length(16 * crypto::kib, site.identities.size());
  EXPECT_EQ(
      ask(epoch,
          "SELECT count(*) FROM reports WHERE kind = 'filler' AND week = '2026-W48' AND length(id) = 32 "
          "AND size = " +
              std::to_string(size)),
      fillers);
  EXPECT_EQ(ask(epoch,
                "SELECT count(*) FROM parts JOIN reports ON reports.n = parts.report WHERE kind = 'filler' "
                "AND length(bytes) = size"),
            fillers);
}

TEST_F(QuietTest, FillersComeAtRandomTimesWithTheMeanThatWasAsked) {
  double sum = 0, squares = 0;
  constexpr int count = 20'000;
  for (int i = 0; i < count; ++i) {
    const double ms = std::chrono::duration<double, std::milli>(filler_pause(60'000ms)).count();
    EXPECT_GE(ms, 0);
    sum += ms / count;
    squares += ms * ms / count;
  }
  EXPECT_NEAR(sum, 60'000, 3'000);               // seven deviations
  EXPECT_NEAR(squares / (sum * sum), 2.0, 0.3);  // as an exponential distribution has it
}

TEST_F(QuietTest, TheLogIsEmptySoonAfterAReport) {
  auto quick = settings();
  quick.log_age = 50ms;
  auto v = open_with(quick);
  const auto log = epochs().at(0) / "reports.db-wal";
  put_samples(*v, 1);
  EXPECT_TRUE(comes_true([&] { return fs::file_size(log) == 0; }));
}

TEST_F(QuietTest, EverythingIsAtMidnightAfterTheClose) {
  auto v = open_vault();
  put_samples(*v, 3);
  ASSERT_TRUE(v->turn(monday));
  put_samples(*v, 3);
  v.reset();
  EXPECT_EQ(telling_times(vault), std::vector<fs::path>());
  for (const auto& epoch : epochs())
    EXPECT_EQ(fs::last_write_time(epoch / "reports.db"),
              std::chrono::file_clock::from_sys(std::chrono::sys_seconds(monday.day())));
}

TEST_F(QuietTest, AnOpenEpochThatRestsIsAtMidnight) {
  auto quick = settings();
  quick.log_age = 50ms;
  auto v = open_with(quick);
  put_samples(*v, 3);
  v->finish_chores();
  EXPECT_TRUE(comes_true([&] { return telling_times(vault).empty(); }));
}

TEST_F(QuietTest, WhatACrashLeftIsAtMidnightAfterTheNextStart) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto v = open_vault();
    put_samples(*v, 3);
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const auto crashed = epochs().at(0);
  ASSERT_TRUE(crypto::write_file(crashed / "reports.db.compact", crypto::Bytes(100)));
  ASSERT_TRUE(crypto::write_file(crashed / ".closed.json.0123.part", crypto::Bytes(100)));
  auto v = open_vault();
  v->finish_chores();
  EXPECT_EQ(state(crashed), EpochInfo::State::unclean);
  EXPECT_EQ(telling_times(crashed), std::vector<fs::path>());
  EXPECT_FALSE(fs::exists(crashed / "reports.db.compact"));
  EXPECT_FALSE(fs::exists(crashed / ".closed.json.0123.part"));
  EXPECT_EQ(ids_in(crashed).size(), 3U);
}

TEST_F(QuietTest, WithoutTimeAnEpochIsClosedAsItWasWritten) {
  auto hurried = settings();
  hurried.closing_time = 0ms;
  auto v = open_with(hurried);
  const auto samples = put_samples(*v, 30);
  v.reset();
  const auto epoch = epochs().at(0);
  EXPECT_EQ(state(epoch), EpochInfo::State::closed);
  EXPECT_FALSE(read_mark(epoch)->is_compacted);
  EXPECT_FALSE(fs::exists(epoch / "reports.db.compact"));
  EXPECT_EQ(reader_of(epoch).list()->reports.at(0).id, samples.at(0).id);  // in the order they came
  EXPECT_EQ(ids_in(epoch).size(), 30U);
}

TEST_F(QuietTest, ReportsAreTakenWhileAnEpochIsCompacted) {
  auto v = open_vault();
  put_samples(*v, 200, 200'000);
  ASSERT_TRUE(v->turn(monday));
  put_samples(*v, 5);
  v->finish_chores();
  std::size_t closed = 0;
  for (const auto& epoch : epochs()) closed += state(epoch) == EpochInfo::State::closed ? 1U : 0U;
  EXPECT_EQ(closed, 1U);
  v.reset();
  EXPECT_EQ(all_ids().size(), 205U);
}

/// Copies the vault before each change of a name and each sync, as a crash there would leave it.
TEST_F(QuietTest, ACrashAtAnyStepOfClosingLosesNothing) {
  std::vector<fs::path> copies;
  const auto kept = folder.path / "copies";
  fs::create_directory(kept);
  std::multiset<std::string> stored;
  auto v = open_vault();
  for (const auto& one : put_samples(*v, 20)) stored.insert(one.id.hex());
  {
    const sandyk::testing::BeforeEachStep watch([&] {
      copies.push_back(kept / std::to_string(copies.size()));
      fs::copy(vault, copies.back(), fs::copy_options::recursive);
    });
    v.reset();
  }
  EXPECT_GT(copies.size(), 8U);
  std::set<EpochInfo::State> states;
  for (const auto& copy : copies) {
    settle_unfinished(copy, epoch_names(copy), {});
    const auto epoch = epochs_of(copy).at(0);
    const auto mark = read_mark(epoch);
    ASSERT_TRUE(mark) << copy;
    const auto now = hash_epoch(epoch).value();
    EXPECT_EQ(mark->database, now.database) << copy;
    EXPECT_EQ(mark->log, now.log) << copy;
    EXPECT_EQ(ids_in(epoch), stored) << copy;
    EXPECT_FALSE(fs::exists(epoch / "reports.db.compact")) << copy;
    states.insert(state(epoch));
  }
  EXPECT_EQ(states.size(), 2U);  // unclean before the mark, closed after it
}

TEST_F(QuietTest, AFailingDiskWhileCompactingLeavesTheOldDatabase) {
  auto v = open_vault();
  put_samples(*v, 20);
  {
    const sandyk::testing::FailingSync failing("reports.db.compact");
    v.reset();
  }
  const auto epoch = epochs().at(0);
  EXPECT_EQ(state(epoch), EpochInfo::State::closed);
  EXPECT_FALSE(read_mark(epoch)->is_compacted);
  EXPECT_FALSE(fs::exists(epoch / "reports.db.compact"));
  EXPECT_EQ(ids_in(epoch).size(), 20U);
}

TEST_F(QuietTest, CompactingNeverReplacesAReportThatDoesNotHaveItsName) {
  auto hurried = settings();
  hurried.closing_time = 0ms;
  auto v = open_with(hurried);
  put_samples(*v, 3);
  v.reset();
  const auto epoch = epochs().at(0);
  {
    auto db = Database::open(epoch / "reports.db", key_of(epoch), Database::Access::write, 1024).value();
    ASSERT_TRUE(db.run("UPDATE parts SET bytes = zeroblob(20000) WHERE report = 2"));
    ASSERT_TRUE(db.checkpoint(Database::Checkpoint::truncate));
  }
  fs::remove(epoch / "reports.db-wal");
  const auto before = bytes_in(epoch / "reports.db");
  const auto done = compact(epoch, key_of(epoch), {1024, step, 0, [] { return true; }});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), DbFault::damaged);
  EXPECT_EQ(bytes_in(epoch / "reports.db"), before);
  EXPECT_FALSE(fs::exists(epoch / "reports.db.compact"));
}

TEST_F(QuietTest, StartingReadsNoOldEpoch) {
  open_vault().reset();
  const auto whole = epochs().at(0);
  // A mark that takes for ever to read would hold up whoever looks at it.
  const auto old = vault / "epochs" / std::string(32, 'e');
  fs::create_directory(old);
  ASSERT_EQ(::mkfifo((old / "epoch.json").c_str(), 0600), 0);
  auto v = open_vault();
  EXPECT_TRUE(v->put(sample().id, week, sample().body()));
}

TEST_F(QuietTest, ThreeBadStartsDelayTheNextUpToTheMost) {
  for (unsigned i = 0; i < 3; ++i) EXPECT_EQ(start_delay(StartCounter::count(vault).before(), 300s), 0s);
  std::vector<std::chrono::seconds> delays;
  for (int i = 0; i < 8; ++i) delays.push_back(start_delay(StartCounter::count(vault).before(), 300s));
  EXPECT_EQ(delays, (std::vector<std::chrono::seconds>{10s, 20s, 40s, 80s, 160s, 300s, 300s, 300s}));
  EXPECT_EQ(start_delay(100, 0s), 0s);
  EXPECT_TRUE(is_at_midnight(vault / "starts"));
  auto counter = StartCounter::count(vault);
  EXPECT_EQ(counter.before(), 11U);
  counter.take_back();
  EXPECT_EQ(StartCounter::count(vault).before(), 11U);
  counter.forget();
  EXPECT_EQ(StartCounter::count(vault).before(), 0U);
}

TEST_F(QuietTest, ACounterThatCannotBeReadCountsFromZero) {
  for (const char* text : {"", "x\n", "12", "-3\n", "99999999999\n", "7 \n"}) {
    ASSERT_TRUE(crypto::write_file(vault / "starts", crypto::bytes_of(text)));
    EXPECT_EQ(StartCounter::count(vault).before(), 0U) << text;
  }
  ASSERT_TRUE(crypto::write_file(vault / "starts", crypto::bytes_of("7\n")));
  EXPECT_EQ(StartCounter::count(vault).before(), 7U);
}

TEST(Chores, RunsEveryJobInOrderAndTellsThemWhenTimeIsOver) {
  std::string order;
  Chores chores;
  chores.add([&] { order += "a"; });
  chores.add([&] {
    order += "b";
    throw std::runtime_error("only this job ends");
  });
  chores.wait();
  EXPECT_EQ(order, "ab");
  EXPECT_FALSE(chores.is_late());
  chores.add([&] {
    while (!chores.is_late()) std::this_thread::sleep_for(1ms);
    order += "c";
  });
  chores.add([&] { order += chores.is_late() ? "d" : "x"; });
  chores.stop(20ms);
  EXPECT_EQ(order, "abcd");
}

TEST(Midnight, KeepsTheDayAndFollowsNoLink) {
  const TemporaryFolder folder;
  const auto outside = folder.path / "outside", inside = folder.path / "inside";
  fs::create_directory(inside);
  ASSERT_TRUE(crypto::write_file(outside, crypto::Bytes(1)));
  ASSERT_TRUE(crypto::write_file(inside / "file", crypto::Bytes(1)));
  fs::create_symlink(outside, inside / "link");
  const auto noon = std::chrono::file_clock::from_sys(std::chrono::sys_seconds(monday.day()) + 12h);
  fs::last_write_time(outside, noon);
  fs::last_write_time(inside / "file", noon);
  set_to_midnight(inside);
  EXPECT_EQ(fs::last_write_time(inside / "file"), noon - 12h);
  EXPECT_EQ(fs::last_write_time(outside), noon);
  set_to_midnight(inside, day("2026-11-20"));
  EXPECT_EQ(fs::last_write_time(inside / "file"), noon - 12h - 72h);
}

}  // namespace
}  // namespace sandyk::storage
