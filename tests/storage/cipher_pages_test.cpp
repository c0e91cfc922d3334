// Reading an epoch without its key, over pages that somebody who has it decrypts.
#include "storage/cipher_pages.h"

#include <cstring>

#include "storage/database.h"
#include "storage/epoch_files.h"
#include "storage/served_pages.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

class CipherPagesTest : public VaultTest {
 protected:
  std::vector<Sample> reports;
  std::filesystem::path epoch;

  CipherPagesTest() {
    auto v = std::move(Vault::open(settings(), monday).value());
    for (int i = 0; i < 20; ++i) {
      reports.push_back(sample(i == 10 ? 600'000 : 20'000));
      EXPECT_TRUE(v->put(reports.back().id, week, reports.back().body()));
    }
    v.reset();
    epoch = epochs().at(0);
  }

  /// How many reports are read whole over pages that this test serves.
  static std::size_t readable(const CipherPages& pages) {
    const ServedPages served{pages.count(), [&](std::uint32_t number) { return pages.read(number); }};
    auto reader = EpochReader::open_served(serve_pages(&served));
    if (!reader) return 0;
    const auto listing = reader->list().value();
    std::size_t count = 0;
    for (const auto& report : listing.reports)
      count += reader->read(report, [](crypto::ByteView) { return true; }) ? 1U : 0U;
    return count;
  }
  void flip(const std::filesystem::path& file, std::size_t at) const {
    auto bytes = crypto::read_file(file, 1 << 30).value();
    bytes.at(at) ^= 1;
    ASSERT_TRUE(crypto::write_file(file, bytes));
  }
};

TEST_F(CipherPagesTest, GivesEveryReportToAReaderWithoutTheKey) {
  const auto pages = CipherPages::open(epoch, key_of(epoch));
  ASSERT_TRUE(pages);
  EXPECT_EQ(readable(*pages), 20U);
}

TEST_F(CipherPagesTest, RefusesAnotherKeyAndNoDatabase) {
  EXPECT_EQ(CipherPages::open(epoch, crypto::EpochKey::random()).error(), PagesFault::wrong_key);
  EXPECT_EQ(CipherPages::open(scratch, key_of(epoch)).error(), PagesFault::no_database);
}

TEST_F(CipherPagesTest, DoesNotServeAPageThatSomebodyChanged) {
  const auto key = key_of(epoch);
  flip(epoch / "reports.db", 4096 * 7 + 100);
  const auto pages = CipherPages::open(epoch, key);
  ASSERT_TRUE(pages);
  EXPECT_FALSE(pages->read(8));
  EXPECT_TRUE(pages->read(9));
  EXPECT_LT(readable(*pages), 20U);
}

TEST_F(CipherPagesTest, DoesNotServePagesThatAreNotThere) {
  const auto pages = CipherPages::open(epoch, key_of(epoch));
  EXPECT_FALSE(pages->read(0));
  EXPECT_FALSE(pages->read(pages->count() + 1));
}

/// A crash leaves reports in the log alone; what the last commit did not reach stays out.
TEST_F(CipherPagesTest, ReadsWhatWasCommittedToALog) {
  const auto key = key_of(epoch);
  std::filesystem::remove(epoch / "closed.json");
  const auto before = CipherPages::open(epoch, key)->count();
  {
    auto db = Database::open(epoch / "reports.db", key, Database::Access::write, 1024).value();
    ASSERT_TRUE(db.run("PRAGMA journal_mode = WAL"));
    ASSERT_TRUE(db.run("DELETE FROM parts WHERE report = 1; DELETE FROM reports WHERE n = 1"));
    ASSERT_GT(std::filesystem::file_size(epoch / "reports.db-wal"), 4096U);
    std::filesystem::copy_file(epoch / "reports.db-wal", scratch.parent_path() / "wal");
  }
  std::filesystem::copy_file(scratch.parent_path() / "wal", epoch / "reports.db-wal",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(readable(*CipherPages::open(epoch, key)), 19U);
  flip(epoch / "reports.db-wal", 32 + 24 + 9);  // of the first frame: nothing of the log counts any more
  EXPECT_EQ(readable(*CipherPages::open(epoch, key)), 20U);
  EXPECT_GE(CipherPages::open(epoch, key)->count(), before);
}

TEST(WalReaderTest, TakesNothingForALog) {
  WalReader reader;
  std::array<std::uint8_t, WalReader::header_size> header{};
  EXPECT_FALSE(reader.header(header));
  std::array<std::uint8_t, WalReader::frame_size> frame{};
  EXPECT_FALSE(reader.frame(frame));
  EXPECT_TRUE(reader.committed().pages.empty());
}

}  // namespace
}  // namespace sandyk::storage
