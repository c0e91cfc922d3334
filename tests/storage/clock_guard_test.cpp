#include "storage/clock_guard.h"

#include <gmock/gmock.h>

#include "storage/layout.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

using ::testing::HasSubstr;

class ClockGuard : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  ClockState see(const char* text, std::chrono::days allowed = longest_pause) {
    return see_day(folder.path, day(text), allowed).value();
  }
};

TEST_F(ClockGuard, BelievesTheFirstDayAndEachThatFollows) {
  EXPECT_FALSE(last_day_seen(folder.path));
  for (const char* text : {"2026-11-23", "2026-11-23", "2026-11-24", "2026-12-01"})
    EXPECT_EQ(see(text), ClockState::steady) << text;
  EXPECT_EQ(last_day_seen(folder.path), day("2026-12-01"));
}

TEST_F(ClockGuard, DoubtsADayBeforeTheLastAndKeepsTheLast) {
  ASSERT_EQ(see("2026-11-23"), ClockState::steady);
  EXPECT_EQ(see("2026-11-22"), ClockState::went_back);
  EXPECT_EQ(last_day_seen(folder.path), monday);
  EXPECT_EQ(see("2026-11-23"), ClockState::steady);
}

TEST_F(ClockGuard, DoubtsADayFarAheadUntilItIsConfirmed) {
  ASSERT_EQ(see("2026-11-23"), ClockState::steady);
  EXPECT_EQ(see("2026-12-01"), ClockState::jumped_ahead);
  EXPECT_EQ(see("2026-11-26", longest_turn), ClockState::jumped_ahead);
  EXPECT_EQ(see("2026-12-01"), ClockState::jumped_ahead);  // insisting does not help
  ASSERT_TRUE(confirm_day(folder.path, day("2026-12-01")));
  EXPECT_EQ(see("2026-12-01"), ClockState::steady);
}

TEST_F(ClockGuard, SaysWhatToDo) {
  EXPECT_EQ(sentence(ClockState::steady, monday, monday), "");
  for (const auto state : {ClockState::went_back, ClockState::jumped_ahead})
    EXPECT_THAT(sentence(state, day("2026-12-01"), monday),
                ::testing::AllOf(HasSubstr("2026-12-01"), HasSubstr("2026-11-23"),
                                 HasSubstr("retention confirm-day")));
}

TEST_F(ClockGuard, ReadsNothingElseAsAConfirmation) {
  const auto json = write_day_confirmation(monday);
  EXPECT_EQ(parse_day_confirmation(crypto::bytes_of(json)), monday);
  EXPECT_FALSE(parse_day_confirmation({}));
  ASSERT_TRUE(confirm_day(folder.path, monday));
  EXPECT_FALSE(parse_day_confirmation(crypto::read_file(folder.path / layout::clock, 1000).value()));
}

TEST_F(ClockGuard, SaysThatTheDayCannotBeWritten) {
  EXPECT_EQ(see_day(folder.path / "missing", monday, longest_pause).error(), crypto::IoFault::not_found);
}

}  // namespace
}  // namespace sandyk::storage
