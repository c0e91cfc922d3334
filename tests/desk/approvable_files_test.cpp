// Files on their way between two people: holds, and consents to destroy keys unread.
#include "desk/consent_file.h"
#include "desk/hold_file.h"
#include "tests/desk/site.h"

namespace sandyk::desk {
namespace {

using crypto::EpochId;

const EpochId first = *EpochId::parse("00000000000000000000000000000001");
const EpochId second = *EpochId::parse("00000000000000000000000000000002");
constexpr std::string_view site = "0123456789abcdef";

crypto::Hold some_hold() {
  return {"h-1", {first, second}, "court", day("2027-06-01"), day("2027-03-01"), {}};
}

TEST(HoldFileTest, SaysTheSameWithNoneOneAndTwoApprovals) {
  const testing::TwoPeople people;
  HoldFile file{std::string(site), some_hold()};
  const auto both = people.approve(file.approvable().text, site, "2027-06-01");
  for (std::size_t n = 0; n <= 2; ++n) {
    file.hold.signed_by.assign(both.begin(), both.begin() + static_cast<std::ptrdiff_t>(n));
    const std::string json = write_hold_file(file);
    const auto read = parse_hold_file(crypto::bytes_of(json));
    ASSERT_TRUE(read);
    EXPECT_EQ(write_hold_file(*read), json);
    EXPECT_EQ(read->hold.signed_by.size(), n);
    EXPECT_EQ(read->approvable().text, file.approvable().text);
  }
}

TEST(HoldFileTest, IsNoPolicyAndNoConsent) {
  std::string json = write_hold_file({std::string(site), some_hold()});
  EXPECT_FALSE(parse_consent_file(crypto::bytes_of(json)));
  json.replace(json.find("sandyk-hold/1"), 13, "sandyk-hold/2");
  EXPECT_FALSE(parse_hold_file(crypto::bytes_of(json)));
}

TEST(HoldFileTest, IsSettledSortedAndWithoutDoubles) {
  crypto::Hold hold = some_hold();
  hold.epochs = {second, first, second};
  hold.id.clear();
  ASSERT_TRUE(settle_hold(hold, day("2026-11-24")));
  EXPECT_EQ(hold.epochs, (std::vector{first, second}));
  EXPECT_TRUE(crypto::is_short_name(hold.id));
  EXPECT_EQ(hold.id.size(), 16U);
}

TEST(HoldFileTest, IsNotSettledWhenItMakesNoSense) {
  const auto exit_after = [](auto change) {
    crypto::Hold hold = some_hold();
    change(hold);
    const auto done = settle_hold(hold, day("2026-11-24"));
    return done ? crypto::exit_done : done.error().exit;
  };
  EXPECT_EQ(exit_after([](auto&) {}), crypto::exit_done);
  EXPECT_EQ(exit_after([](auto& h) { h.until = day("2026-11-23"); }), crypto::exit_usage);
  EXPECT_EQ(exit_after([](auto& h) { h.review_by = day("2027-06-02"); }), crypto::exit_usage);
  EXPECT_EQ(exit_after([](auto& h) { h.review_by = day("2026-11-23"); }), crypto::exit_usage);
  EXPECT_EQ(exit_after([](auto& h) { h.id = "a b"; }), crypto::exit_usage);
  EXPECT_EQ(exit_after([](auto& h) { h.epochs.clear(); }), crypto::exit_usage);
}

TEST(ConsentFileTest, SaysTheSameWithNoneOneAndTwoApprovals) {
  const testing::TwoPeople people;
  ConsentFile file{std::string(site), "aikyn", *crypto::Week::parse("2026-W48"), {{first, second}, {}}};
  const auto both = people.approve(file.approvable().text, site, "2026-W48");
  for (std::size_t n = 0; n <= 2; ++n) {
    file.consent.signed_by.assign(both.begin(), both.begin() + static_cast<std::ptrdiff_t>(n));
    const std::string json = write_consent_file(file);
    const auto read = parse_consent_file(crypto::bytes_of(json));
    ASSERT_TRUE(read);
    EXPECT_EQ(write_consent_file(*read), json);
    EXPECT_EQ(read->consent, file.consent);
  }
  std::string json = write_consent_file(file);
  json.replace(json.find("aikyn"), 5, "Aikyn");
  EXPECT_FALSE(parse_consent_file(crypto::bytes_of(json)));
}

}  // namespace
}  // namespace sandyk::desk
