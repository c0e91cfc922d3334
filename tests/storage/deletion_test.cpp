#include "storage/deletion.h"

#include <gmock/gmock.h>

#include "storage/layout.h"
#include "tests/storage/disk_calls.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class Deletion : public VaultTest {
 protected:
  /// The folder of one closed epoch with a report in it.
  std::filesystem::path closed_epoch() {
    {
      auto v = open_vault();
      const auto report = sample();
      EXPECT_TRUE(v->put(report.id, week, report.body()));
    }
    return epochs().front();
  }
  Tombstone tombstone_of(const std::filesystem::path& epoch) const {
    const auto info = read_epoch_info(epoch).value();
    return {info.id,
            info.week,
            info.date,
            GoesFor::imported,
            7,
            crypto::sha256({}),
            {crypto::sha256({})},
            {},
            crypto::sha256({}),
            day("2026-12-24")};
  }
  std::filesystem::path stone(const Tombstone& t) const {
    return vault / layout::tombstones / (t.epoch.hex() + ".json");
  }
};

TEST_F(Deletion, LeavesATombstoneAndNothingElse) {
  const auto epoch = closed_epoch();
  const auto tombstone = tombstone_of(epoch);
  ASSERT_TRUE(delete_epoch(vault, tombstone));
  EXPECT_FALSE(std::filesystem::exists(epoch));
  const auto found = read_tombstones(vault);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(write_tombstone(found[0]), write_tombstone(tombstone));
}

TEST_F(Deletion, SyncsTheTombstoneBeforeTheKeysAndTheKeysBeforeTheRest) {
  const auto epoch = closed_epoch();
  sandyk::testing::forget_syncs();
  ASSERT_TRUE(delete_epoch(vault, tombstone_of(epoch)));
  const auto synced = sandyk::testing::recorded_syncs();
  const auto place = [&](const std::string& ending) {
    const auto found = std::find_if(synced.begin(), synced.end(),
                                    [&](const std::string& path) { return path.ends_with(ending); });
    EXPECT_NE(found, synced.end()) << ending;
    return found - synced.begin();
  };
  EXPECT_LT(place("/tombstones"), place("/key.age"));
  EXPECT_LT(place("/key.age"), place("/key.age.copy"));
  EXPECT_LT(place("/key.age.copy"), place(epoch.filename().string()));
  EXPECT_LT(place(epoch.filename().string()), place("/epochs"));
}

TEST_F(Deletion, OverwritesTheKeysBeforeItRemovesThem) {
  const auto epoch = closed_epoch();
  // A second name keeps the bytes, so that one sees what became of them.
  std::filesystem::create_hard_link(epoch / "key.age", folder.path / "kept");
  const auto before = crypto::read_file(folder.path / "kept", 1 << 20).value();
  ASSERT_TRUE(delete_epoch(vault, tombstone_of(epoch)));
  const auto after = crypto::read_file(folder.path / "kept", 1 << 20).value();
  EXPECT_EQ(after.size(), before.size());
  EXPECT_NE(after, before);
}

TEST_F(Deletion, IsFinishedByTheNextRunWhereverItWasCutOff) {
  const std::vector<std::vector<std::string>> gone_already = {
      {},
      {"key.age"},
      {"key.age", "key.age.copy"},
      {"key.age", "key.age.copy", "reports.db"},
      {"key.age", "key.age.copy", "reports.db", "closed.json", "epoch.json"}};
  for (const auto& gone : gone_already) {
    std::filesystem::remove_all(vault);
    put_keyring(site.keyring(week));
    const auto epoch = closed_epoch();
    const auto tombstone = tombstone_of(epoch);
    std::filesystem::create_directory(vault / layout::tombstones);
    ASSERT_TRUE(crypto::write_file(stone(tombstone), crypto::bytes_of(write_tombstone(tombstone))));
    for (const std::string& name : gone) ASSERT_TRUE(std::filesystem::remove(epoch / name)) << name;
    EXPECT_THAT(finish_deletions(vault), ::testing::ElementsAre(HasSubstr("was finished")));
    EXPECT_FALSE(std::filesystem::exists(epoch)) << gone.size();
    EXPECT_THAT(finish_deletions(vault), SizeIs(0));
  }
}

TEST_F(Deletion, DoesNothingWithoutATombstoneThatIsDurable) {
  const auto epoch = closed_epoch();
  std::filesystem::create_directory(vault / layout::tombstones);
  const sandyk::testing::FailingSync failing("/tombstones");
  EXPECT_FALSE(delete_epoch(vault, tombstone_of(epoch)));
  EXPECT_TRUE(std::filesystem::exists(epoch / "key.age"));
}

TEST_F(Deletion, TakesNoOtherFileForATombstone) {
  const auto tombstone = tombstone_of(closed_epoch());
  const std::string good = write_tombstone(tombstone);
  ASSERT_TRUE(parse_tombstone(crypto::bytes_of(good)));
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"tombstone/1", "tombstone/2"},
                                                        {"imported", "because"},
                                                        {"2026-W48", "2026-W54"},
                                                        {"\"policy_serial\": 7", "\"policy_serial\": \"7\""},
                                                        {"2026-12-24", "2026-12-32"},
                                                        {tombstone.epoch.hex(), "x"}}) {
    auto bad = good;
    ASSERT_NE(bad.find(from), std::string::npos) << from;
    bad.replace(bad.find(from), from.size(), to);
    EXPECT_FALSE(parse_tombstone(crypto::bytes_of(bad))) << to;
  }
}

}  // namespace
}  // namespace sandyk::storage
