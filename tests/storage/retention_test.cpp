#include "storage/retention.h"

#include <gmock/gmock.h>

#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

crypto::PolicyContent policy() {
  return {"0123456789abcdef", 1,  day("2026-11-01"), day("2027-11-01"), "owner", "", {},
          {30, 7, 5},         {}, std::nullopt};
}

EpochFacts facts(std::vector<std::pair<std::string, const char*>> receipts = {}) {
  EpochFacts facts{crypto::random_epoch_id(), crypto::Week(monday), monday, true, {"aikyn", "bermet"}, {}};
  for (const auto& [organisation, date] : receipts)
    facts.receipts.push_back({organisation, day(date), crypto::sha256({})});
  return facts;
}

TEST(Retention, KeepsAnEpochThatNobodyImportedToItsLastDay) {
  const auto departure = departure_of(facts(), policy());
  EXPECT_EQ(departure.goes, day("2026-12-23"));
  EXPECT_EQ(departure.reason, GoesFor::unread);
  EXPECT_THAT(departure.lacking, ElementsAre("aikyn", "bermet"));
  EXPECT_FALSE(departure.is_due(day("2026-12-22")));
  EXPECT_TRUE(departure.is_due(day("2026-12-23")));
}

TEST(Retention, IsNotShortenedByTheReceiptsOfSome) {
  const auto departure = departure_of(facts({{"aikyn", "2026-11-24"}}), policy());
  EXPECT_EQ(departure.goes, day("2026-12-23"));
  EXPECT_EQ(departure.reason, GoesFor::unread);
  EXPECT_THAT(departure.lacking, ElementsAre("bermet"));
}

TEST(Retention, CountsFromTheLastReceiptWhenAllHaveImported) {
  const auto departure = departure_of(facts({{"aikyn", "2026-11-24"}, {"bermet", "2026-12-01"}}), policy());
  EXPECT_EQ(departure.goes, day("2026-12-06"));
  EXPECT_EQ(departure.reason, GoesFor::imported);
}

TEST(Retention, KeepsEveryEpochForTheLeastTime) {
  const auto departure = departure_of(facts({{"aikyn", "2026-11-24"}, {"bermet", "2026-11-24"}}), policy());
  EXPECT_EQ(departure.goes, day("2026-11-30"));
}

TEST(Retention, NeverKeepsLongerBecauseOfAReceipt) {
  const auto departure = departure_of(facts({{"aikyn", "2026-12-20"}, {"bermet", "2026-12-22"}}), policy());
  EXPECT_EQ(departure.goes, day("2026-12-23"));
}

TEST(Retention, TakesAReceiptFromALongTimeAgoForNoReasonToHurry) {
  const auto departure = departure_of(facts({{"aikyn", "1999-01-01"}, {"bermet", "1999-01-01"}}), policy());
  EXPECT_EQ(departure.goes, monday + std::chrono::days(7));
}

TEST(Retention, TakesAnEpochWithoutAKeyringForUnread) {
  auto unknown = facts({{"aikyn", "2026-11-24"}});
  unknown.organisations.clear();
  EXPECT_EQ(departure_of(unknown, policy()).reason, GoesFor::unread);
}

TEST(Retention, LeavesAnOpenEpochAlone) {
  auto open = facts();
  open.is_finished = false;
  EXPECT_FALSE(departure_of(open, policy()).is_due(day("2030-01-01")));
}

TEST(Retention, ObeysTheLongestHoldToTheEndOfItsDay) {
  const auto held = facts();
  auto with_holds = policy();
  for (const char* until : {"2027-01-10", "2027-01-20"})
    with_holds.holds.push_back({"h", {held.id}, "court", day(until), day(until), {}});
  const auto departure = departure_of(held, with_holds);
  EXPECT_EQ(departure.held_until, day("2027-01-20"));
  EXPECT_FALSE(departure.is_due(day("2027-01-20")));
  EXPECT_TRUE(departure.is_due(day("2027-01-21")));
  EXPECT_FALSE(departure_of(facts(), with_holds).held_until);
}

TEST(Retention, PlansTheFirstToGoFirst) {
  auto later = facts(), first = facts();
  later.begun = monday + std::chrono::days(1);
  const auto plan = plan_departures({later, first}, policy());
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_EQ(plan[0].facts.id, first.id);
}

TEST(Retention, AnnouncesWhatGoesUnreadThirtyDaysAhead) {
  const auto plan = plan_departures({facts(), facts({{"aikyn", "2026-11-24"}})}, policy());
  EXPECT_THAT(announcements(plan, day("2026-11-22")), IsEmpty());
  EXPECT_THAT(
      announcements(plan, monday),
      ElementsAre(
          "On 2026-12-23 2 epochs are deleted by policy without having been imported by aikyn, bermet."));
  const auto imported =
      plan_departures({facts({{"aikyn", "2026-11-24"}, {"bermet", "2026-11-24"}})}, policy());
  EXPECT_THAT(announcements(imported, monday), IsEmpty());
}

TEST(Retention, SharesTheDiskAmongTheDaysThatAreKept) {
  EXPECT_EQ(day_budget(37'000, 0, 30), 1'000U);
  EXPECT_EQ(day_budget(37'000, 37'000, 30), 0U);
  EXPECT_EQ(day_budget(1, 2, 30), 0U);
}

}  // namespace
}  // namespace sandyk::storage
