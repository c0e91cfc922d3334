// The day's round over a real vault: the log says what the vault holds, whatever was cut off in between.
#include "storage/daily_round.h"

#include <gmock/gmock.h>

#include "storage/clock_guard.h"
#include "storage/epoch_files.h"
#include "storage/layout.h"
#include "storage/log_reader.h"
#include "storage/signed_file.h"
#include "tests/storage/disk_calls.h"
#include "tests/storage/site.h"
#include "tests/support/policies.h"

namespace sandyk::storage {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DailyRoundTest : public VaultTest {
 protected:
  const std::string origin = crypto::log_origin(site.root.verify_key().site());
  const crypto::SecretText key_text = crypto::LogKey::generate(origin).write();
  const Software software{"0.1.0", crypto::sha256({}), {{"ru", crypto::sha256({})}}};

  crypto::LogKey key() const { return *crypto::LogKey::read(crypto::text_of(key_text.expose())); }
  DailyRound round() const {
    return DailyRound(vault, std::make_shared<const crypto::LogKey>(key()), software);
  }
  KeyringSet keyrings() const { return KeyringSet::read(vault / layout::keyring, site.root.verify_key()); }
  PolicySet policies() const { return PolicySet::read(vault / layout::policy, site.root.verify_key()); }
  std::vector<std::string> run(DailyRound& round, crypto::Date today) const {
    return round.run(keyrings(), policies(), today);
  }
  void put_policy(crypto::PolicyContent content) {
    content.log_key = key().vkey();
    const auto policy = sandyk::testing::sign_policy(site, content);
    std::filesystem::create_directory(vault / layout::policy);
    ASSERT_TRUE(write_signed(vault / layout::policy / (std::to_string(content.serial) + ".json"),
                             crypto::bytes_of(policy.json), crypto::bytes_of(policy.signature)));
  }
  void epoch_on(crypto::Date day) { auto v = open_vault(day); }

  /// The types of the entries under the checkpoint, verified as an auditor does.
  std::vector<std::string> published() const {
    const auto log = read_log(fetch_from(vault / layout::log), origin, key().key());
    if (!log) throw std::runtime_error(sentence(log.error()));
    std::vector<std::string> types;
    for (const std::string& text : log->entries) types.push_back(LogEntry::parse(text).value().type());
    return types;
  }
  std::vector<LogEntry> logged() const { return AuditLog::open(vault / layout::log, key(), monday).entries; }
};

TEST_F(DailyRoundTest, LogsWhatTheVaultHoldsAndSignsACheckpoint) {
  epoch_on(monday);
  put_policy(sandyk::testing::policy_content(site));
  auto first = round();
  EXPECT_THAT(run(first, monday), Not(Contains(HasSubstr("log"))));
  EXPECT_THAT(published(),
              ElementsAre("software", "page", "keyring", "policy", "epoch-opened", "epoch-closed"));
  EXPECT_FALSE(first.log_is_frozen());
}

TEST_F(DailyRoundTest, LogsNothingTwiceAlsoAfterARestart) {
  epoch_on(monday);
  for (int start = 0; start < 3; ++start) {
    auto again = round();
    run(again, monday);
    run(again, monday);
  }
  EXPECT_EQ(logged().size(), 5U);
}

TEST_F(DailyRoundTest, SignsOnceADayWhateverHappened) {
  auto one = round();
  run(one, monday);
  epoch_on(monday);
  one.log_changes(keyrings(), policies(), monday);
  run(one, monday);
  EXPECT_THAT(published(), Not(Contains("epoch-opened")));  // logged, and signed tomorrow
  run(one, monday + std::chrono::days(1));
  EXPECT_THAT(published(), Contains("epoch-closed"));
}

TEST_F(DailyRoundTest, LogsADeletionWithItsReason) {
  epoch_on(monday);
  const auto id = epochs().front().filename().string();
  put_policy(sandyk::testing::policy_content(site));
  auto one = round();
  run(one, monday);
  auto later = round();
  ASSERT_TRUE(
      crypto::write_file(vault / layout::clock,
                         crypto::bytes_of("{\"format\": \"sandyk-last-day/1\", \"date\": \"2026-12-22\"}")));
  run(later, day("2026-12-23"));
  const auto entries = logged();
  EXPECT_EQ(entries.back().type(), "purge");
  EXPECT_EQ(entries.back().value("epoch"), id);
  EXPECT_EQ(entries.back().value("reason"), "unread");
  EXPECT_EQ(entries.back().value("date"), "2026-12-23");
}

TEST_F(DailyRoundTest, LogsAProgramAndAPageAgainOnlyWhenTheyChanged) {
  auto one = round();
  run(one, monday);
  Software newer = software;
  newer.pages.insert_or_assign("ru", crypto::sha256(crypto::bytes_of("new")));
  DailyRound changed(vault, std::make_shared<const crypto::LogKey>(key()), newer);
  run(changed, monday);
  auto back = round();
  run(back, monday);
  std::vector<std::string> types;
  for (const auto& entry : logged()) types.push_back(entry.type());
  EXPECT_EQ(std::count(types.begin(), types.end(), "page"), 3);
  EXPECT_EQ(std::count(types.begin(), types.end(), "software"), 1);
}

TEST_F(DailyRoundTest, SaysThatWithoutAKeyNothingIsLogged) {
  epoch_on(monday);
  DailyRound without(vault, nullptr, software);
  EXPECT_THAT(run(without, monday), Contains(HasSubstr("No log-key is set")));
  EXPECT_FALSE(std::filesystem::exists(vault / layout::log / "checkpoint"));
}

TEST_F(DailyRoundTest, FreezesWhenThePolicyNamesAnotherKey) {
  epoch_on(monday);
  const auto policy = sandyk::testing::sign_policy(site, sandyk::testing::policy_content(site));
  std::filesystem::create_directory(vault / layout::policy);
  ASSERT_TRUE(write_signed(vault / layout::policy / "1.json", crypto::bytes_of(policy.json),
                           crypto::bytes_of(policy.signature)));
  auto one = round();
  EXPECT_THAT(run(one, monday), Contains(HasSubstr("names another log key")));
  EXPECT_TRUE(one.log_is_frozen());
  EXPECT_FALSE(std::filesystem::exists(vault / layout::log / "checkpoint"));
}

TEST_F(DailyRoundTest, FreezesWhenTheLogWasChangedAndStillDeletesByPolicy) {
  epoch_on(monday);
  put_policy(sandyk::testing::policy_content(site));
  ASSERT_TRUE(confirm_day(vault, day("2026-12-22")));
  {
    auto one = round();
    run(one, day("2026-12-22"));
  }
  const auto bundle = vault / layout::log / "tile/entries/000.p/6";
  auto bytes = crypto::read_file(bundle, 1 << 20).value();
  bytes[10] ^= 1;
  ASSERT_TRUE(crypto::write_file(bundle, bytes));
  auto one = round();
  run(one, day("2026-12-23"));
  EXPECT_TRUE(one.log_is_frozen());
  EXPECT_THAT(epochs(), IsEmpty());
  EXPECT_EQ(crypto::read_file(bundle, 1 << 20).value(), bytes);  // nothing is repaired
}

TEST_F(DailyRoundTest, TriesAgainAfterAFaultOfTheDisk) {
  epoch_on(monday);
  auto one = round();
  run(one, monday);
  put_policy(sandyk::testing::policy_content(site));
  {
    const sandyk::testing::FailingSync failing("pending-5");
    EXPECT_THAT(one.log_changes(keyrings(), policies(), monday), Contains(HasSubstr("could not be written")));
  }
  run(one, monday + std::chrono::days(1));
  EXPECT_THAT(published(), Contains("policy"));
}

}  // namespace
}  // namespace sandyk::storage
