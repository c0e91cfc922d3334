// The audit log as the server writes it, read back as an auditor does.
#include "storage/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/storage/disk_calls.h"
#include "tests/storage/log_support.h"

namespace sandyk::storage {
namespace {

using State = AuditLog::State;

TEST_F(LogTest, IsVerifiedAtEverySizeAndEveryPrefixIsConsistent) {
  auto opened = open();
  std::vector<crypto::Checkpoint> seen;
  std::uint64_t size = 0;
  for (const std::uint64_t next : {0U, 1U, 2U, 255U, 256U, 257U, 511U, 512U, 65'536U, 70'000U}) {
    ASSERT_TRUE(opened.log.append(entries(size, next)));
    size = next;
    ASSERT_TRUE(opened.log.publish(monday)) << size;
    const auto log = read();
    ASSERT_TRUE(log) << size << sentence(log.error());
    EXPECT_EQ(log->checkpoint.size, size);
    ASSERT_EQ(log->entries.size(), size);
    if (size != 0) {
      EXPECT_EQ(log->entries.back(), entry(size - 1).text());
    }
    seen.push_back(log->checkpoint);
    for (const auto& older : seen) EXPECT_TRUE(is_consistent(log->entries, older)) << size << older.size;
  }
  // The specification's own example of a tree of 70,000.
  for (const char* tile : {"tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17",
                           "tile/2/000.p/1", "tile/entries/273.p/112"})
    EXPECT_TRUE(is_file(folder / tile)) << tile;
  const auto again = open();
  EXPECT_EQ(again.log.state(), State::on) << again.log.why();
  EXPECT_EQ(again.entries.size(), 70'000U);
  EXPECT_EQ(again.log.published(), 70'000U);
}

TEST_F(LogTest, SignsAnEmptyLogAndTheSameCheckpointWhenNothingHappened) {
  auto opened = open();
  EXPECT_EQ(opened.log.published_on(), std::nullopt);
  ASSERT_TRUE(opened.log.publish(monday));
  EXPECT_EQ(read()->checkpoint, (crypto::Checkpoint{origin, 0, crypto::empty_root()}));
  const std::string before = text("checkpoint");
  ASSERT_TRUE(opened.log.publish(monday + std::chrono::days(1)));
  EXPECT_EQ(text("checkpoint"), before);
  EXPECT_EQ(opened.log.published_on(), monday + std::chrono::days(1));
  EXPECT_EQ(open().log.published_on(), monday + std::chrono::days(1));
}

TEST_F(LogTest, KeepsWhatWasAppendedOverARestart) {
  {
    auto opened = open();
    ASSERT_TRUE(opened.log.append(entries(0, 3)));
    ASSERT_TRUE(opened.log.publish(monday));
    ASSERT_TRUE(opened.log.append(entries(3, 5)));
    ASSERT_TRUE(opened.log.append(entries(5, 6)));
  }
  auto opened = open();
  EXPECT_EQ(opened.entries, entries(0, 6));
  EXPECT_EQ(opened.log.published(), 3U);
  EXPECT_EQ(opened.log.size(), 6U);
  EXPECT_EQ(read_pending(folder, read()->entries)->size(), 3U);
  ASSERT_TRUE(opened.log.publish(monday));
  EXPECT_EQ(read()->entries.size(), 6U);
  EXPECT_EQ(read_pending(folder, read()->entries)->size(), 0U);
}

TEST_F(LogTest, SyncsAnEntryBeforeItIsLoggedAndManyWithOneSync) {
  auto opened = open();
  testing::forget_syncs();
  ASSERT_TRUE(opened.log.append(entries(0, 100)));
  EXPECT_EQ(testing::recorded_syncs(), std::vector<std::string>{(folder / "pending-0").string()});
}

TEST_F(LogTest, CutsOffWhatACrashLeftOfAnAppend) {
  {
    auto opened = open();
    ASSERT_TRUE(opened.log.append(entries(0, 2)));
  }
  const std::string whole = text("pending-0");
  crypto::Bytes record;
  append_to_bundle(record, entry(2).text());
  const std::string more(crypto::text_of(record));
  for (std::size_t cut = 1; cut < more.size(); ++cut) {
    write(folder / "pending-0", whole + more.substr(0, cut));
    EXPECT_EQ(open().entries, entries(0, 2)) << cut;
    EXPECT_EQ(text("pending-0"), whole);
    // Or the file had grown, and the rest was not written yet.
    write(folder / "pending-0", whole + more.substr(0, cut) + std::string(more.size() - cut, '\0'));
    EXPECT_EQ(open().entries, entries(0, 2)) << cut;
  }
  write(folder / "pending-0", whole + more);
  EXPECT_EQ(open().entries, entries(0, 3));
}

TEST_F(LogTest, FreezesWhenALengthInThePendingFileWasChanged) {
  {
    auto opened = open();
    ASSERT_TRUE(opened.log.append(entries(0, 3)));
  }
  const std::string whole = text("pending-0");
  const std::size_t record = whole.size() / 3;
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}, record, record + 1}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] + 1);
    write(folder / "pending-0", changed);
    EXPECT_EQ(open().log.state(), State::frozen) << at;
    EXPECT_EQ(text("pending-0"), changed);
  }
}

TEST_F(LogTest, FreezesAtEachFlippedByteOfWhatIsPublished) {
  {
    auto opened = open();
    ASSERT_TRUE(opened.log.append(entries(0, 3)));
    ASSERT_TRUE(opened.log.publish(monday));
  }
  unsigned flipped = 0;
  for (const std::string& name : files()) {
    const std::string whole = text(name);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      std::ofstream(folder / name, std::ios::binary | std::ios::trunc) << changed;
      const auto opened = open();
      ASSERT_EQ(opened.log.state(), State::frozen) << name << " " << at;
      EXPECT_FALSE(opened.log.why().empty());
      EXPECT_TRUE(opened.entries.empty());
      ASSERT_EQ(text(name), changed);  // nothing is repaired
      ++flipped;
    }
    std::ofstream(folder / name, std::ios::binary | std::ios::trunc) << whole;
  }
  EXPECT_GT(flipped, 400U);
  EXPECT_EQ(open().log.state(), State::on);
}

TEST_F(LogTest, FreezesWhenAFileIsMissingOrShortOrLonger) {
  {
    auto opened = open();
    ASSERT_TRUE(opened.log.append(entries(0, 257)));
    ASSERT_TRUE(opened.log.publish(monday));
  }
  const auto all = files();
  ASSERT_EQ(all.size(), 7U);  // checkpoint, pending, two bundles, two tiles, one above
  for (const std::string& name : all) {
    const std::string whole = text(name);
    std::filesystem::remove(folder / name);
    EXPECT_EQ(open().log.state(), State::frozen) << name;
    if (!whole.empty()) {
      write(folder / name, whole.substr(0, whole.size() - 1));
      EXPECT_EQ(open().log.state(), State::frozen) << name;
    }
    write(folder / name, whole + "x");
    EXPECT_EQ(open().log.state(), name.starts_with("pending") ? State::on : State::frozen) << name;
    write(folder / name, whole);
    EXPECT_EQ(open().log.state(), State::on) << name;
  }
}

TEST_F(LogTest, AFrozenLogChangesNothing) {
  {
    auto opened = open();
    ASSERT_TRUE(opened.log.append(entries(0, 3)));
    ASSERT_TRUE(opened.log.publish(monday));
  }
  write(folder / "tile/0/000.p/3", "x");
  const auto before = files();
  auto opened = open();
  EXPECT_EQ(opened.log.why(), "The log's file tile/0/000.p/3 holds other hashes than the entries give.");
  EXPECT_EQ(opened.log.append(entries(3, 4)).error(), crypto::IoFault::read_only);
  EXPECT_EQ(opened.log.publish(monday).error(), crypto::IoFault::read_only);
  EXPECT_EQ(files(), before);
}

TEST_F(LogTest, FreezesUnderAnotherKeyAndIsOffWithoutOne) {
  {
    auto opened = open();
    ASSERT_TRUE(opened.log.publish(monday));
  }
  EXPECT_EQ(AuditLog::open(folder, crypto::LogKey::generate(origin), monday).log.state(), State::frozen);
  const auto none = temporary.path / "none";
  auto off = AuditLog::open(none, std::nullopt, monday);
  EXPECT_EQ(off.log.state(), State::off);
  EXPECT_EQ(off.log.append(entries(0, 1)).error(), crypto::IoFault::read_only);
  EXPECT_EQ(off.log.publish(monday).error(), crypto::IoFault::read_only);
  EXPECT_FALSE(std::filesystem::exists(none));
}

TEST_F(LogTest, ShowsNoTimeFinerThanADay) {
  auto opened = open();
  const auto tuesday = monday + std::chrono::days(1);
  const auto expect_days = [&](const std::filesystem::path& path) {
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mtim.tv_sec % 86'400, 0) << path;
    EXPECT_EQ(status.st_mtim.tv_nsec, 0) << path;
  };
  expect_days(folder);
  ASSERT_TRUE(opened.log.append(entries(0, 300)));
  for (const std::string& name : files()) expect_days(folder / name);
  ASSERT_TRUE(opened.log.publish(tuesday));
  expect_days(folder);
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) expect_days(file.path());
}

TEST_F(LogTest, KeepsPartialTilesUntilTheFullOneIsThere) {
  auto opened = open();
  for (const std::uint64_t next : {1U, 200U, 255U}) {
    ASSERT_TRUE(opened.log.append(entries(opened.log.size(), next)));
    ASSERT_TRUE(opened.log.publish(monday));
  }
  for (const char* width : {"1", "200", "255"}) EXPECT_TRUE(is_file(folder / "tile/0/000.p" / width));
  ASSERT_TRUE(opened.log.append(entries(255, 256)));
  ASSERT_TRUE(opened.log.publish(monday));
  EXPECT_FALSE(std::filesystem::exists(folder / "tile/0/000.p"));
  EXPECT_FALSE(std::filesystem::exists(folder / "tile/entries/000.p"));
  EXPECT_EQ(files(), (std::vector<std::string>{"checkpoint", "pending-256", "tile/0/000", "tile/1/000.p/1",
                                               "tile/entries/000"}));
}

TEST_F(LogTest, TrustsThePendingFileNoMoreAfterAFailedSyncUntilItIsReadAgain) {
  auto opened = open();
  ASSERT_TRUE(opened.log.append(entries(0, 1)));
  {
    const testing::FailingSync failing("pending-0");
    EXPECT_FALSE(opened.log.append(entries(1, 2)));
  }
  EXPECT_EQ(opened.log.state(), State::failed);
  EXPECT_FALSE(opened.log.append(entries(1, 2)));
  EXPECT_FALSE(opened.log.publish(monday));
  testing::forget_syncs();
  auto again = open();
  EXPECT_EQ(again.log.state(), State::on);
  EXPECT_GE(again.entries.size(), 1U);
  // What is now said to be there was written and synced anew.
  const auto synced = testing::recorded_syncs();
  ASSERT_FALSE(synced.empty());
  EXPECT_NE(synced[0].find("pending-0."), std::string::npos);
}

TEST_F(LogTest, GoesOnAfterEveryFailedSyncOfPublishing) {
  for (const char* failing_file : {"000.p", ".part", "/log", "tile", "/0", "entries", "/1"}) {
    std::filesystem::remove_all(folder);
    auto opened = open();
    ASSERT_TRUE(opened.log.append(entries(0, 200)));
    {
      const testing::FailingSync failing(failing_file);
      (void)opened.log.publish(monday);
    }
    ASSERT_TRUE(opened.log.append(entries(200, 257))) << failing_file;
    const auto copy = temporary.path / "copy";  // as a restart would find it
    std::filesystem::remove_all(copy);
    std::filesystem::copy(folder, copy, std::filesystem::copy_options::recursive);
    const auto restarted = open_in(copy);
    EXPECT_EQ(restarted.entries, entries(0, 257)) << failing_file << restarted.log.why();
    ASSERT_TRUE(opened.log.publish(monday)) << failing_file;
    EXPECT_EQ(read()->entries.size(), 257U);
    EXPECT_EQ(open().entries.size(), 257U);
  }
}

}  // namespace
}  // namespace sandyk::storage
