#include "storage/vault.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "crypto/seal/text_encoding.h"
#include "storage/epoch_files.h"
#include "tests/storage/disk_calls.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

using ::sandyk::testing::forget_syncs;
using ::sandyk::testing::recorded_syncs;

TEST_F(VaultTest, GivesBackWhatItAcknowledged) {
  const auto first = sample(), second = sample(300'000);
  {
    auto v = open_vault();
    ASSERT_TRUE(v->put(first.id, week, first.body()));
    ASSERT_TRUE(v->put(second.id, week, second.body()));
  }
  ASSERT_EQ(epochs().size(), 1U);
  EXPECT_EQ(state(epochs()[0]), EpochInfo::State::closed);
  auto reader = reader_of(epochs()[0]);
  const auto listing = reader.list().value();
  ASSERT_EQ(listing.reports.size(), 2U);
  EXPECT_EQ(listing.damaged, 0U);
  const auto& large = listing.reports[first.id < second.id ? 1 : 0];
  EXPECT_EQ(large.id, second.id);
  EXPECT_EQ(large.week, week);
  crypto::Bytes bytes;
  ASSERT_TRUE(reader.read(large, [&](crypto::ByteView piece) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return true;
  }));
  EXPECT_EQ(bytes, second.bytes);
}

TEST_F(VaultTest, SealsTheKeyTwiceToEveryOrganisation) {
  open_vault().reset();
  const auto epoch = epochs().at(0);
  EXPECT_TRUE(same(key_of(epoch, "key.age"), key_of(epoch, "key.age.copy")));
  const auto sealed = crypto::read_file(epoch / "key.age", 65536).value();
  for (const auto& identity : site.identities)
    EXPECT_TRUE(crypto::age::open_small(sealed, std::span(&identity, 1), 32));
  const auto info = read_epoch_info(epoch).value();
  EXPECT_EQ(info.keyring,
            crypto::sha256(crypto::read_file(vault / "keyring/2026-W48.json", 1 << 20).value()));
  EXPECT_EQ(info.date, monday);
}

TEST_F(VaultTest, SyncsBothKeysAndTheirFolderBeforeThereIsADatabase) {
  forget_syncs();
  auto v = open_vault();
  std::string order;
  const auto epoch = epochs().at(0).string();
  for (const auto& path : recorded_syncs()) {
    if (path.starts_with(epoch + "/.key.age.copy"))
      order += "c";
    else if (path.starts_with(epoch + "/.key.age"))
      order += "k";
    else if (path.find("reports.db") != std::string::npos)
      order += "d";
    else if (path == epoch)
      order += "f";
  }
  EXPECT_TRUE(order.starts_with("kfcf")) << order;
  EXPECT_GT(order.find('d'), order.find("cf")) << order;
  // The writer may have emptied the log since, which ends with a sync of the database.
  EXPECT_NE(order.find('f', order.find('d')), std::string::npos) << order;
}

TEST_F(VaultTest, SyncsTheLogForEveryAcknowledgement) {
  auto v = open_vault();
  for (int i = 0; i < 3; ++i) {
    const auto report = sample();
    forget_syncs();
    ASSERT_TRUE(v->put(report.id, week, report.body()));
    const auto synced = recorded_syncs();
    EXPECT_TRUE(std::any_of(synced.begin(), synced.end(),
                            [](auto& path) { return path.ends_with("reports.db-wal"); }));
  }
}

TEST_F(VaultTest, StoresTheSameIdOnceAndSyncsAllTheSame) {
  const auto report = sample();
  {
    auto v = open_vault();
    ASSERT_TRUE(v->put(report.id, week, report.body()));
    forget_syncs();
    ASSERT_TRUE(v->put(report.id, week, report.body()));
    EXPECT_FALSE(recorded_syncs().empty());
  }
  EXPECT_EQ(ids_in(epochs().at(0)), std::multiset<std::string>{report.id.hex()});
}

TEST_F(VaultTest, KeepsEveryReportOfManyThreadsWhileItTurns) {
  std::multiset<std::string> acknowledged;
  {
    auto v = open_vault();
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i) {
          const auto report = sample(2'000);
          ASSERT_TRUE(v->put(report.id, week, report.body()));
          const std::lock_guard lock(mutex);
          acknowledged.insert(report.id.hex());
        }
      });
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(v->turn(monday));
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(acknowledged.size(), 160U);
  EXPECT_EQ(all_ids(), acknowledged);
  EXPECT_EQ(epochs().size(), 4U);
  for (const auto& epoch : epochs()) EXPECT_EQ(state(epoch), EpochInfo::State::closed);
}

TEST_F(VaultTest, CommitsTogetherWhatWaits) {
  auto v = open_vault();
  forget_syncs();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i) {
          const auto report = sample(2'000);
          ASSERT_TRUE(v->put(report.id, week, report.body()));
        }
      });
  }
  const auto syncs = recorded_syncs();
  const auto of_log = std::count_if(
      syncs.begin(), syncs.end(), [](const std::string& path) { return path.ends_with("/reports.db-wal"); });
  EXPECT_GT(of_log, 0);
  EXPECT_LT(of_log, 160);
}

TEST_F(VaultTest, KeepsEveryAcknowledgedReportWhenKilledDuringCommit) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    auto v = open_vault();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        while (true) {
          const auto report = sample(20'000);
          if (!v->put(report.id, week, report.body())) ::_exit(1);
          if (::write(ends[1], report.id.bytes().data(), 32) != 32) ::_exit(1);
        }
      });
    for (auto& thread : threads) thread.join();
  }
  ::close(ends[1]);
  std::set<std::string> acknowledged;
  std::uint8_t id[32];
  while (acknowledged.size() < 100 && ::read(ends[0], id, 32) == 32) acknowledged.insert(crypto::to_hex(id));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  while (::read(ends[0], id, 32) == 32) acknowledged.insert(crypto::to_hex(id));
  ::close(ends[0]);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_GE(acknowledged.size(), 100U);

  const auto crashed = epochs().at(0);
  EXPECT_EQ(state(crashed), EpochInfo::State::open);
  auto v = open_vault();
  v->finish_chores();
  EXPECT_TRUE(says(*v, "marked as unclean"));
  EXPECT_EQ(state(crashed), EpochInfo::State::unclean);
  EXPECT_TRUE(read_mark(crashed).value().log);
  const auto stored = ids_in(crashed);
  for (const auto& one : acknowledged) EXPECT_EQ(stored.count(one), 1U);
  EXPECT_EQ(crypto::sha256(crypto::read_file(crashed / "reports.db", 1 << 30).value()),
            read_mark(crashed)->database);
  EXPECT_TRUE(std::filesystem::is_empty(scratch));
}

TEST_F(VaultTest, RemovesAnEpochThatWasCutOffWhileItWasMade) {
  { open_vault(); }
  const auto whole = epochs().at(0);
  const auto half = vault / "epochs" / std::string(32, 'a');
  std::filesystem::create_directory(half);
  std::filesystem::copy_file(whole / "key.age", half / "key.age");
  // A power cut can leave the log's name and not the database's.
  for (const auto* name : {"reports.db.new", "reports.db.new-wal", "reports.db-wal", ".key.age.0011.part"})
    ASSERT_TRUE(crypto::write_file(half / name, {}));
  auto v = open_vault();
  v->finish_chores();
  EXPECT_FALSE(std::filesystem::exists(half));
  EXPECT_TRUE(says(*v, "it was removed"));
}

TEST_F(VaultTest, LetsNoSecondProcessIn) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();  // while there is one thread only
  if (child == 0) {
    char go = 0;
    if (::read(ends[0], &go, 1) != 1) ::_exit(1);
    const auto second = Vault::open(settings(), monday);
    ::_exit(!second && second.error() == VaultFault::locked ? 0 : 1);
  }
  auto v = open_vault();
  ASSERT_EQ(::write(ends[1], "g", 1), 1);
  ::close(ends[0]);
  ::close(ends[1]);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(VaultTest, TakesNothingWhileNoWeekIsInForce) {
  auto v = open_vault(day("2026-12-07"));
  const auto report = sample();
  EXPECT_EQ(v->put(report.id, week, report.body()).error(), PutFault::no_epoch);
  EXPECT_TRUE(epochs().empty());
  EXPECT_TRUE(says(*v, "No keyring is in force today"));
  ASSERT_TRUE(v->turn(monday));  // the clock goes back
  EXPECT_TRUE(v->put(report.id, week, report.body()));
  ASSERT_TRUE(v->turn(day("2026-12-07")));
  EXPECT_EQ(v->put(report.id, week, report.body()).error(), PutFault::no_epoch);
  v->finish_chores();
  EXPECT_EQ(all_ids().size(), 1U);
}

TEST_F(VaultTest, StoresALargeSpooledBodyAsItIs) {
  const auto large = sample(33'000'000);
  crypto::Fd spool(::open(folder.path.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  ASSERT_TRUE(crypto::write_all(spool.get(), large.bytes));
  const SealedBody body(std::move(spool), large.bytes.size());
  {
    auto v = open_vault();
    ASSERT_TRUE(v->put(large.id, week, body));
  }
  EXPECT_EQ(all_ids(), std::multiset<std::string>{large.id.hex()});
}

TEST_F(VaultTest, RefusesABodyThatIsShorterThanItSaysAndKeepsTheOthers) {
  crypto::Fd spool(::open(folder.path.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  ASSERT_TRUE(crypto::write_all(spool.get(), sample().bytes));
  const SealedBody body(std::move(spool), 600'000);
  const auto good = sample();
  {
    auto v = open_vault();
    EXPECT_EQ(v->put(sample().id, week, body).error(), PutFault::failed);
    EXPECT_TRUE(v->put(good.id, week, good.body()));
  }
  EXPECT_EQ(epochs().size(), 1U);
  EXPECT_EQ(all_ids(), std::multiset<std::string>{good.id.hex()});
}

TEST_F(VaultTest, WritesNothingThatAnotherUserMayRead) {
  const mode_t before = ::umask(0);
  auto v = open_vault();
  const auto report = sample();
  ASSERT_TRUE(v->put(report.id, week, report.body()));
  ::umask(before);
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(vault)) {
    struct stat info {};
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, S_ISDIR(info.st_mode) ? 0700U : 0600U) << entry.path();
    ++seen;
  }
  EXPECT_GE(seen, 10U);
}

TEST_F(VaultTest, WritesNoPlainBytesOfAReport) {
  auto report = sample();
  const std::string marker = "planted-marker-of-this-report";
  std::copy(marker.begin(), marker.end(), report.bytes.begin() + 500);
  auto v = open_vault();
  ASSERT_TRUE(v->put(crypto::report_id(report.bytes), week, report.body()));
  const auto expect_absent = [&] {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(vault)) {
      if (!entry.is_regular_file()) continue;
      const auto bytes = crypto::read_file(entry.path(), 1 << 30).value();
      EXPECT_EQ(crypto::text_of(bytes).find(marker), std::string_view::npos) << entry.path();
      ++files;
    }
    EXPECT_GE(files, 6U);
  };
  expect_absent();
  v.reset();
  expect_absent();
}

TEST_F(VaultTest, LeavesADatabaseThatStockSqlcipherReads) {
  const auto report = sample();
  {
    auto v = open_vault();
    ASSERT_TRUE(v->put(report.id, week, report.body()));
  }
  const auto epoch = epochs().at(0);
  const auto script = folder.path / "script.sql";
  const std::string sql =
      "PRAGMA key = \"x'" + crypto::to_hex(key_of(epoch).expose()) +
      "'\";\nPRAGMA user_version;\nSELECT kind, size, week, lower(hex(id)) FROM reports;\n";
  ASSERT_TRUE(crypto::write_file(script, crypto::bytes_of(sql)));
  const std::string command = "LD_LIBRARY_PATH=" SANDYK_DEPS "/usr/lib/x86_64-linux-gnu " SANDYK_DEPS
                              "/usr/bin/sqlcipher " +
                              (epoch / "reports.db").string() + " < " + script.string();
  FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string out;
  char line[512];
  while (std::fgets(line, sizeof line, pipe) != nullptr) out += line;
  EXPECT_EQ(::pclose(pipe), 0);
  EXPECT_EQ(out, "ok\n1\nreport|20000|2026-W48|" + report.id.hex() + "\n");
}

TEST_F(VaultTest, LeavesOneDatabaseFileAtClose) {
  const auto epoch = [&] {
    auto v = open_vault();
    const auto report = sample();
    EXPECT_TRUE(v->put(report.id, week, report.body()));
    return epochs().at(0);
  }();
  EXPECT_FALSE(std::filesystem::exists(epoch / "reports.db-wal"));
  EXPECT_FALSE(std::filesystem::exists(epoch / "reports.db-shm"));
}

TEST_F(VaultTest, HasNoOtherFilesInAnOpenEpochThanThoseThatTravel) {
  auto v = open_vault();
  const auto report = sample();
  ASSERT_TRUE(v->put(report.id, week, report.body()));
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(epochs().at(0)))
    names.insert(entry.path().filename());
  EXPECT_EQ(names,
            (std::set<std::string>{"epoch.json", "key.age", "key.age.copy", "reports.db", "reports.db-wal"}));
}

TEST_F(VaultTest, SharesTheDiskAmongTheDaysAndCountsWhatOneBrought) {
  auto v = open_vault();
  v->finish_chores();
  const auto free = std::filesystem::space(vault).available;
  const auto budget = v->day_budget();
  EXPECT_EQ(budget.used, 0U);
  EXPECT_NEAR(static_cast<double>(budget.bytes), static_cast<double>(free) / 37,
              static_cast<double>(free) / 370);
  const auto report = sample();
  ASSERT_TRUE(v->put(report.id, week, report.body()));
  EXPECT_EQ(v->day_budget().used, report.bytes.size());
  ASSERT_TRUE(v->turn(monday));
  v->finish_chores();
  EXPECT_EQ(v->day_budget().used, report.bytes.size());
  ASSERT_TRUE(v->turn(monday + std::chrono::days(1)));
  v->finish_chores();
  EXPECT_EQ(v->day_budget().used, 0U);
}

}  // namespace
}  // namespace sandyk::storage
