#include "desk/site_record.h"

#include "tests/desk/site.h"

namespace sandyk::desk {
namespace {

class SiteRecordTest : public SiteTest {
 protected:
  crypto::Week week = *crypto::Week::parse("2026-W48");
  SiteRecord record() const { return SiteRecord::read(root, {home.folder(), vault}); }
};

TEST_F(SiteRecordTest, TakesTheKeyringWithTheHighestSerialOfBothPlaces) {
  add_keyring(home.folder(), site.content(week, 4));
  add_keyring(vault, site.content(week, 5));
  ASSERT_TRUE(record().keyring(week));
  EXPECT_EQ(record().keyring(week)->content().serial, 5U);
  add_keyring(home.folder(), site.content(week, 6));
  EXPECT_EQ(record().keyring(week)->content().serial, 6U);
}

TEST_F(SiteRecordTest, PassesOverWhatAnotherRootSigned) {
  const auto other = testing::TestSite::make(1);
  const auto keyring = other.keyring(week);
  write(vault / "keyring" / (week.text() + ".json"), keyring.json);
  write(vault / "keyring" / (week.text() + ".json.minisig"), keyring.signature);
  EXPECT_FALSE(record().keyring(week));
}

TEST_F(SiteRecordTest, KnowsThePolicyInForceOnADay) {
  add_policy(home.folder(), policy(1, "2026-11-01"));
  add_policy(vault, policy(2, "2026-12-01"));
  EXPECT_FALSE(record().policy(day("2026-10-31")));
  EXPECT_EQ(record().policy(day("2026-11-30"))->content().serial, 1U);
  EXPECT_EQ(record().policy(day("2026-12-01"))->content().serial, 2U);
}

TEST_F(SiteRecordTest, LetsDesksAndTheOfficersInForceApprove) {
  const testing::TwoPeople people;
  add_keyring(vault, site.content(week));
  auto first = policy(1, "2026-11-01");
  first.officers = {people.first.verify_key()};
  add_policy(home.folder(), first);
  auto next = policy(2, "2026-12-01");
  next.officers = {people.second.verify_key()};
  add_policy(home.folder(), next);
  EXPECT_EQ(record().approvers(day("2026-11-15")),
            (std::vector{site.desk.verify_key(), people.first.verify_key()}));
  EXPECT_EQ(record().approvers(day("2026-12-15")),
            (std::vector{site.desk.verify_key(), people.second.verify_key()}));
}

TEST_F(SiteRecordTest, AChainWithALinkThatDoesNotVerifyIsAProblem) {
  add_policy(home.folder(), policy(1, "2026-11-01"));
  ASSERT_TRUE(read_policy_chain(home.policies(), root));
  write(home.policies() / "2.json", crypto::write_policy(policy(2, "2026-12-01")));
  const auto chain = read_policy_chain(home.policies(), root);
  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().exit, crypto::exit_unverified);
}

}  // namespace
}  // namespace sandyk::desk
