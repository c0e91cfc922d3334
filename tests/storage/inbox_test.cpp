#include "storage/inbox.h"

#include "crypto/seal/key_statement.h"
#include "storage/clock_guard.h"
#include "tests/storage/site.h"
#include "tests/support/policies.h"

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

TEST_F(InboxTest, TakesAFileForWhatItSaysAndNotForItsName) {
  put_keyring(site.keyring(next, 2), "anything.json");
  auto v = open_vault();
  EXPECT_EQ(v->keyrings()->last_week(), next);
  EXPECT_TRUE(std::filesystem::exists(vault / "keyring/2026-W49.json"));
}

TEST_F(InboxTest, RefusesASignedFileOfAKindThatItDoesNotKnow) {
  put_keyring({"{\"format\": \"sandyk-recipe/1\"}", "x"}, "2026-W49.json");
  expect_refused("does not know what it is");
}

TEST_F(InboxTest, TakesPoliciesInTheirOrderOnly) {
  const auto install = [&](const crypto::PolicyContent& content) {
    const auto policy = sandyk::testing::sign_policy(site, content);
    ASSERT_TRUE(
        put_into_inbox(vault, "p.json", crypto::bytes_of(policy.json), crypto::bytes_of(policy.signature)));
  };
  auto content = sandyk::testing::policy_content(site, 2);
  install(content);
  auto v = open_vault();
  ASSERT_NE(v->policies()->latest(), nullptr);
  const auto second = v->policies()->latest()->hash();
  content.owner = "somebody else";
  install(content);
  ASSERT_TRUE(v->turn(monday));
  EXPECT_TRUE(says(*v, "serial 2 is here already"));
  content.serial = 3;
  content.previous = crypto::sha256({});
  install(content);
  ASSERT_TRUE(v->turn(monday));
  EXPECT_TRUE(says(*v, "does not follow the policy that is here"));
  content.previous = second;
  install(content);
  ASSERT_TRUE(v->turn(monday));
  EXPECT_EQ(v->policies()->latest()->content().serial, 3U);
  EXPECT_EQ(v->policies()->all().size(), 2U);
}

TEST_F(InboxTest, RefusesAPolicyThatTheRootDidNotSign) {
  const auto other = sandyk::testing::TestSite::make();
  const auto policy = sandyk::testing::sign_policy(other, sandyk::testing::policy_content(other));
  ASSERT_TRUE(
      put_into_inbox(vault, "p.json", crypto::bytes_of(policy.json), crypto::bytes_of(policy.signature)));
  auto v = open_vault();
  EXPECT_TRUE(says(*v, "p.json in the inbox was refused"));
  EXPECT_EQ(v->policies()->latest(), nullptr);
}

TEST_F(InboxTest, TakesTheStatementOfADestroyedKeyAndNoOther) {
  auto v = open_vault();
  crypto::KeyDestroyed statement{
      site.root.verify_key().site(), "org-2", week, crypto::sha256({}), monday, std::nullopt};
  const auto install = [&](const crypto::SigningKey& key) {
    const std::string json = crypto::write_key_destroyed(statement);
    const std::string signature = key.sign(crypto::bytes_of(json), crypto::SignedKind::statement,
                                           statement.site, statement.date.text());
    ASSERT_TRUE(put_into_inbox(vault, "s.json", crypto::bytes_of(json), crypto::bytes_of(signature)));
    ASSERT_TRUE(v->turn(monday));
  };
  const auto file = vault / "statements/2026-W48.org-2.json";
  install(site.root);
  EXPECT_TRUE(says(*v, "not signed by the organisation's desk key"));
  EXPECT_FALSE(std::filesystem::exists(file));
  install(site.desk);
  EXPECT_TRUE(std::filesystem::exists(file));
  statement.organisation = "org-9";
  install(site.desk);
  EXPECT_TRUE(says(*v, "its organisation is not in the keyring"));
}

TEST_F(InboxTest, TakesTheOperatorsWordOnTheDayOnlyWhenTheClockAgrees) {
  auto v = open_vault();
  for (const auto& [date, taken] : {std::pair{day("2026-11-24"), false}, std::pair{monday, true}}) {
    ASSERT_TRUE(
        put_into_inbox(vault, "day.json", crypto::bytes_of(write_day_confirmation(date)), std::nullopt));
    ASSERT_TRUE(v->turn(monday));
    EXPECT_EQ(says(*v, "has confirmed that it is 2026-11-23"), taken);
    EXPECT_NE(says(*v, "is not the day that the clock says"), taken);
  }
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
