#include "desk/policy_text.h"

#include "tests/desk/site.h"

namespace sandyk::desk {
namespace {

class PolicyText : public SiteTest {
 protected:
  crypto::PolicyContent before = policy(1, "2026-11-01");
  crypto::PolicyContent now = policy(2, "2026-11-01");
};

TEST_F(PolicyText, SaysNothingChangedWhenOnlyTheSerialDid) {
  EXPECT_EQ(changes(&before, now), "  nothing but the serial\n");
}

TEST_F(PolicyText, NamesEachChange) {
  const testing::TwoPeople people;
  const crypto::Hold hold{"h-1", {crypto::random_epoch_id()}, "court", day("2027-06-01"), day("2027-03-01"),
                          {}};
  before.officers = {people.first.verify_key()};
  before.holds = {hold};
  now.officers = {people.second.verify_key()};
  now.unread.keep_days = 20;
  now.owner = "the board";
  EXPECT_EQ(changes(&before, now),
            "  answers for it: owner -> the board\n  longest stay in days: 30 -> 20\n  officer added: " +
                people.second.verify_key().text() + "\n  officer gone: " + people.first.verify_key().text() +
                "\n  hold gone: h-1 (1 epochs, court, until 2027-06-01, review by 2027-03-01)\n");
}

TEST_F(PolicyText, SaysTheTermsInWords) {
  const std::string words = in_words({21, 5, 3});
  EXPECT_NE(words.find("at most 21 days"), std::string::npos);
  EXPECT_NE(words.find("3 days after the last"), std::string::npos);
  EXPECT_NE(words.find("before its day 5"), std::string::npos);
}

}  // namespace
}  // namespace sandyk::desk
