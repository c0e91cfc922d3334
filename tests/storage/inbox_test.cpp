#include "storage/inbox.h"

#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

class InboxTest : public VaultTest {
 protected:
  const std::filesystem::path inbox = vault / "inbox";
  void expect_refused(const std::string& why) {
    auto v = open_vault();
    EXPECT_TRUE(says(*v, why)) << why;
    EXPECT_TRUE(std::filesystem::exists(inbox / "2026-W49.json.rejected"));
    EXPECT_TRUE(std::filesystem::exists(inbox / "2026-W49.json.minisig.rejected"));
    EXPECT_FALSE(std::filesystem::exists(vault / "keyring/2026-W49.json"));
    EXPECT_EQ(v->keyrings()->last_week(), week);
  }
  const crypto::Week next = week + std::chrono::weeks(1);
};

TEST_F(InboxTest, TakesASignedKeyringOnATurn) {
  auto v = open_vault();
  EXPECT_TRUE(std::filesystem::is_empty(inbox));
  EXPECT_EQ(v->keyrings()->last_week(), week);
  put_keyring(site.keyring(next, 2), "2026-W49.json");
  ASSERT_TRUE(v->turn(monday));
  EXPECT_TRUE(std::filesystem::is_empty(inbox));
  EXPECT_EQ(v->keyrings()->last_week(), next);
  ASSERT_TRUE(v->turn(day("2026-11-30")));
  const auto report = sample();
  EXPECT_TRUE(v->put(report.id, week, report.body()));  // of the week before, still accepted
}

TEST_F(InboxTest, RefusesAKeyringOfAnotherRoot) {
  put_keyring(sandyk::testing::TestSite::make().keyring(next), "2026-W49.json");
  expect_refused("another root key");
}

TEST_F(InboxTest, RefusesAChangedKeyring) {
  auto keyring = site.keyring(next);
  keyring.json.back() = ' ';
  put_keyring(keyring, "2026-W49.json");
  expect_refused("the file was changed");
}

TEST_F(InboxTest, RefusesAKeyringUnderTheNameOfAnotherWeek) {
  put_keyring(site.keyring(week, 9), "2026-W49.json");
  expect_refused("another week than its name says");
}

TEST_F(InboxTest, RefusesAnOlderKeyringOfAWeekThatIsThere) {
  auto v = open_vault();
  put_keyring(site.keyring(week, 3));
  ASSERT_TRUE(v->turn(monday));
  EXPECT_EQ(v->keyrings()->of_week(week)->content().serial, 3U);
  for (const std::uint64_t serial : {2U, 3U}) {
    auto content = site.content(week, serial);
    content.max_class = crypto::mib;
    put_keyring(site.sign(content));
    ASSERT_TRUE(v->turn(monday));
    EXPECT_TRUE(says(*v, "serial 3 is here already"));
    EXPECT_EQ(v->keyrings()->of_week(week)->content().max_class, 32 * crypto::mib);
  }
}

TEST_F(InboxTest, TakesTheSameKeyringTwice) {
  auto v = open_vault();
  const auto file = crypto::read_file(vault / "keyring/2026-W48.json", 1 << 20).value();
  const auto signature = crypto::read_file(vault / "keyring/2026-W48.json.minisig", 1 << 20).value();
  ASSERT_TRUE(put_into_inbox(vault, "2026-W48.json", file, signature));
  ASSERT_TRUE(v->turn(monday));
  EXPECT_TRUE(std::filesystem::is_empty(inbox));
  EXPECT_NE(v->keyrings()->of_week(week), nullptr);
}

TEST_F(InboxTest, WaitsForASignatureAndLeavesUnknownFilesAlone) {
  ASSERT_TRUE(crypto::write_file(inbox / "2026-W49.json", crypto::bytes_of(site.keyring(next).json)));
  ASSERT_TRUE(crypto::write_file(inbox / "notes.txt", crypto::bytes_of("x")));
  auto v = open_vault();
  EXPECT_TRUE(says(*v, "no signature beside it yet"));
  EXPECT_TRUE(std::filesystem::exists(inbox / "2026-W49.json"));
  EXPECT_TRUE(std::filesystem::exists(inbox / "notes.txt"));
}

TEST_F(InboxTest, PassesOverAKeyringThatWasChangedOnDisk) {
  { open_vault(); }
  auto file = crypto::read_file(vault / "keyring/2026-W48.json", 1 << 20).value();
  file[10] ^= 1;
  ASSERT_TRUE(crypto::write_file(vault / "keyring/2026-W48.json", file));
  auto v = open_vault();
  EXPECT_TRUE(says(*v, "was passed over"));
  EXPECT_FALSE(v->keyrings()->last_week());
}

}  // namespace
}  // namespace sandyk::storage
