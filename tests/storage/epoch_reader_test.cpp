// What a hostile or broken server may have left: nothing of it may be taken for a report, and one damage
// stops no other.
#include "storage/epoch_reader.h"

#include "storage/database.h"
#include "storage/epoch_files.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

class EpochReaderTest : public VaultTest {
 protected:
  std::vector<Sample> reports;
  std::filesystem::path epoch, database;

  EpochReaderTest() {
    auto as_stored = settings();
    as_stored.closing_time =
        std::chrono::milliseconds(0);  // uncompacted: the numbers below are those of storing
    auto v = std::move(Vault::open(as_stored, monday).value());
    for (int i = 0; i < 40; ++i) {
      reports.push_back(sample(i == 20 ? 600'000 : 20'000));
      EXPECT_TRUE(v->put(reports.back().id, week, reports.back().body()));
    }
    v.reset();
    epoch = epochs().at(0);
    database = epoch / "reports.db";
  }

  tl::expected<EpochReader, ReadFault> open() const {
    return EpochReader::open(epoch, key_of(epoch), scratch);
  }
  /// Changes the database as the server could, which has its key.
  void change(const std::string& sql) {
    auto db = Database::open(database, key_of(epoch), Database::Access::write, 1024).value();
    ASSERT_TRUE(db.run(sql));
    ASSERT_TRUE(db.run("PRAGMA journal_mode = DELETE"));  // so that it is in the database and not in a log
  }
  std::size_t readable() {
    auto reader = std::move(open().value());
    std::size_t count = 0;
    const auto listing = reader.list().value();
    for (const auto& report : listing.reports)
      count += reader.read(report, [](crypto::ByteView) { return true; }) ? 1U : 0U;
    return count;
  }
};

TEST_F(EpochReaderTest, ReadsEveryReportAndChangesNothing) {
  const auto before = crypto::sha256(crypto::read_file(database, 1 << 30).value());
  EXPECT_EQ(readable(), 40U);
  EXPECT_EQ(crypto::sha256(crypto::read_file(database, 1 << 30).value()), before);
  EXPECT_EQ(before, read_mark(epoch).value().database);
  EXPECT_EQ(crypto::sha256(crypto::read_file(epoch / "key.age", 65536).value()), read_mark(epoch)->key);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(epoch), std::filesystem::directory_iterator()),
            5);
}

TEST_F(EpochReaderTest, RefusesAnotherKey) {
  EXPECT_EQ(EpochReader::open(epoch, crypto::EpochKey::random(), scratch).error(), ReadFault::wrong_key);
}

TEST_F(EpochReaderTest, SaysThatThereIsNoDatabase) {
  std::filesystem::remove(database);
  EXPECT_EQ(open().error(), ReadFault::no_database);
}

TEST_F(EpochReaderTest, TakesNoLinkForADatabase) {
  std::filesystem::rename(database, folder.path / "elsewhere");
  std::filesystem::create_symlink(folder.path / "elsewhere", database);
  EXPECT_EQ(open().error(), ReadFault::no_database);
}

TEST_F(EpochReaderTest, KeepsTheOtherReportsWhenOnePageIsDamaged) {
  auto bytes = crypto::read_file(database, 1 << 30).value();
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(crypto::write_file(database, bytes));
  EXPECT_EQ(readable(), 39U);
}

TEST_F(EpochReaderTest, SaysThatADatabaseWhoseEndIsMissingIsDamaged) {
  std::filesystem::resize_file(database, std::filesystem::file_size(database) * 3 / 4);
  EXPECT_EQ(open().error(), ReadFault::damaged);
}

TEST_F(EpochReaderTest, RefusesAFileCutWithinItsFirstPage) {
  std::filesystem::resize_file(database, 1000);
  EXPECT_FALSE(open());
}

TEST_F(EpochReaderTest, RefusesPartsThatAreMissing) {
  change("DELETE FROM parts WHERE report = 21 AND part = 1");
  EXPECT_EQ(readable(), 39U);
}

TEST_F(EpochReaderTest, RefusesPartsInAnotherOrder) {
  change("UPDATE parts SET part = 1 - part WHERE report = 21 AND part < 2");
  EXPECT_EQ(readable(), 39U);
}

TEST_F(EpochReaderTest, RefusesAPartTooMany) {
  change("INSERT INTO parts VALUES(3 * 256 + 1, 3, 1, x'00')");
  EXPECT_EQ(readable(), 39U);
}

TEST_F(EpochReaderTest, RefusesBytesThatDoNotHaveTheirName) {
  change("UPDATE parts SET bytes = zeroblob(20000) WHERE report = 3");
  EXPECT_EQ(readable(), 39U);
}

TEST_F(EpochReaderTest, CountsRowsThatAreNoReports) {
  change(
      "UPDATE reports SET id = x'00' WHERE n = 1; UPDATE reports SET size = 'many' WHERE n = 2;"
      "UPDATE reports SET size = 68000000 WHERE n = 3; UPDATE reports SET week = '2026-W60' WHERE n = 4;"
      "UPDATE reports SET kind = 'other' WHERE n = 5; UPDATE reports SET size = -1 WHERE n = 6;"
      "UPDATE reports SET kind = 'filler' WHERE n = 7");
  auto reader = std::move(open().value());
  const auto listing = reader.list().value();
  EXPECT_EQ(listing.reports.size(), 33U);
  EXPECT_EQ(listing.damaged, 6U);
}

TEST_F(EpochReaderTest, RefusesASchemaThatIsNotOurs) {
  change("CREATE VIEW more AS SELECT 1");
  EXPECT_EQ(open().error(), ReadFault::other_format);
}

TEST_F(EpochReaderTest, RefusesAnotherVersion) {
  change("PRAGMA user_version = 2");
  EXPECT_EQ(open().error(), ReadFault::other_format);
}

TEST_F(EpochReaderTest, StopsWhenTheSinkSaysNo) {
  auto reader = std::move(open().value());
  const auto first = reader.list().value().reports.at(0);
  EXPECT_EQ(reader.read(first, [](crypto::ByteView) { return false; }).error(), ReadFault::damaged);
  EXPECT_TRUE(reader.read(first, [](crypto::ByteView) { return true; }));
}

TEST_F(EpochReaderTest, TakesNoFolderForAnEpochThatSaysItIsAnother) {
  const auto copy = vault / "epochs" / std::string(32, 'b');
  std::filesystem::copy(epoch, copy);
  EXPECT_FALSE(read_epoch_info(copy));
  EXPECT_TRUE(read_epoch_info(epoch));
}

}  // namespace
}  // namespace sandyk::storage
