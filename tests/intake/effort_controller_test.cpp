#include "intake/effort_controller.h"

#include <gtest/gtest.h>

#include "crypto/seal/puzzle.h"
#include "intake/kept_places.h"
#include "intake/seen_solutions.h"

namespace sandyk::intake {
namespace {

std::uint32_t asked_after(EffortController& controller, int seconds, Pressure pressure) {
  for (int i = 0; i < seconds; ++i) controller.step(pressure);
  return controller.current().asked;
}

constexpr unsigned many = 1000;

TEST(EffortController, AsksForNothingWhenCalm) {
  EffortController controller(0);
  EXPECT_EQ(asked_after(controller, 100, {0.49, 0.49, many, many}), 0U);
}

TEST(EffortController, DoublesInAStormUpToTheMostThereIs) {
  EffortController controller(0);
  EXPECT_EQ(asked_after(controller, 1, {0.9, 0, many}), 64U);
  EXPECT_EQ(asked_after(controller, 1, {0.9, 0, many}), 128U);
  EXPECT_EQ(asked_after(controller, 100, {1.0, 0, many}), crypto::most_effort);
  EXPECT_EQ(controller.current().floor, 0U);
}

TEST(EffortController, GrowsByAQuarterWhenBusy) {
  EffortController controller(0);
  EXPECT_EQ(asked_after(controller, 1, {0.5, 0, many}), 64U);
  EXPECT_EQ(asked_after(controller, 1, {0.5, 0, many}), 80U);
}

TEST(EffortController, AsksAndThenForNoMoreWhereHardlyAnybodyGetsIn) {
  EffortController controller(0);
  EXPECT_EQ(asked_after(controller, 10, {1.0, 0, 7, many}), 64U);
  EXPECT_EQ(asked_after(controller, 1, {1.0, 0, 8, many}), 128U);
  EXPECT_EQ(asked_after(controller, 10, {0.5, 0, 7, many}), 128U);
}

TEST(EffortController, StaysBetweenAndFallsSlowlyWhileManyAreTurnedAway) {
  EffortController controller(0);
  asked_after(controller, 3, {1.0, 0, many});
  EXPECT_EQ(asked_after(controller, 50, {0.25, 0}), 256U);
  EXPECT_EQ(asked_after(controller, 1, {0.24, 0, many, 8}), 224U);
  EXPECT_EQ(asked_after(controller, 50, {0.24, 0, many, 8}), 0U);
}

TEST(EffortController, FallsToNothingWithinFiveSecondsWhenNobodyIsTurnedAway) {
  EffortController controller(0);
  EXPECT_EQ(asked_after(controller, 100, {1.0, 0, many}), crypto::most_effort);
  EXPECT_EQ(asked_after(controller, 1, {0, 0, 0, 7}), crypto::most_effort / 16);
  EXPECT_EQ(asked_after(controller, 2, {0, 0}), 0U);
}

TEST(EffortController, AsksAtOnceWhenSomebodyFoundNoRoom) {
  EffortController controller(0);
  controller.ask();
  EXPECT_EQ(controller.current(), (Effort{64, 0}));
  asked_after(controller, 2, {1.0, 0, many});
  controller.ask();
  EXPECT_EQ(controller.current(), (Effort{256, 0}));
}

TEST(EffortController, TheFloorDoublesWithEveryTenthOfTheBudgetFromHalfOn) {
  EXPECT_EQ(floor_for_budget(0), 0U);
  EXPECT_EQ(floor_for_budget(0.499), 0U);
  EXPECT_EQ(floor_for_budget(0.5), 64U);
  EXPECT_EQ(floor_for_budget(0.59), 64U);
  EXPECT_EQ(floor_for_budget(0.6), 128U);
  EXPECT_EQ(floor_for_budget(0.7), 256U);
  EXPECT_EQ(floor_for_budget(1.0), 2048U);
  EXPECT_EQ(floor_for_budget(1e300), crypto::most_effort);
  EXPECT_EQ(floor_for_budget(-1), 0U);
}

TEST(EffortController, TheBudgetAndTheOperatorSetAFloorWithoutLoad) {
  EffortController by_budget(0), by_operator(400);
  by_budget.step({0, 0.6});
  EXPECT_EQ(by_budget.current(), (Effort{128, 128}));
  EXPECT_EQ(by_operator.current(), (Effort{400, 400}));
  by_operator.step({0, 0.6});
  EXPECT_EQ(by_operator.current(), (Effort{400, 400}));
  by_operator.step({0, 0.8});
  EXPECT_EQ(by_operator.current(), (Effort{512, 512}));
}

TEST(EffortController, EveryEffortItAsksForIsOne) {
  EffortController controller(0);
  for (int i = 0; i < 300; ++i) {
    const auto number = static_cast<unsigned>(i);
    controller.step({(i * 37 % 100) / 100.0, (i % 150) / 100.0, number % 16, number % 13});
    EXPECT_TRUE(crypto::is_effort(controller.current().asked));
    EXPECT_TRUE(crypto::is_effort(controller.current().floor));
    EXPECT_LE(controller.current().floor, controller.current().asked);
  }
}

TEST(KeptPlaces, AreOneForEveryNineSolutions) {
  const TimePoint now = Clock::now();
  KeptPlaces places;
  EXPECT_FALSE(places.take(now));
  for (int i = 0; i < 8; ++i) places.earn();
  EXPECT_FALSE(places.take(now));
  places.earn();
  EXPECT_TRUE(places.take(now));
  EXPECT_FALSE(places.take(now));
}

TEST(KeptPlaces, AreNotSavedUpWithoutEnd) {
  const TimePoint now = Clock::now();
  KeptPlaces places;
  EXPECT_FALSE(places.take(now));
  for (int i = 0; i < 10'000; ++i) places.earn();
  unsigned taken = 0;
  while (places.take(now)) ++taken;
  EXPECT_EQ(taken, KeptPlaces::most);
}

TEST(KeptPlaces, ThereIsOneEveryTenSecondsWhenNobodySolves) {
  const TimePoint now = Clock::now();
  KeptPlaces places;
  EXPECT_FALSE(places.take(now));
  EXPECT_FALSE(places.take(now + std::chrono::milliseconds(9'999)));
  EXPECT_TRUE(places.take(now + std::chrono::seconds(10)));
  EXPECT_FALSE(places.take(now + std::chrono::seconds(19)));
  EXPECT_TRUE(places.take(now + std::chrono::seconds(100)));
  EXPECT_FALSE(places.take(now + std::chrono::seconds(100)));
}

TEST(SeenSolutions, CountsAndRemembersWhatWasWrong) {
  SeenSolutions seen(2);
  EXPECT_EQ(seen.count(1), 0U);
  EXPECT_EQ(seen.count(1), 1U);
  seen.mark_wrong(1);
  EXPECT_TRUE(seen.was_wrong(1));
  EXPECT_FALSE(seen.was_wrong(2));
  seen.mark_wrong(2);  // never seen: nothing to remember
  EXPECT_EQ(seen.count(2), 0U);
  EXPECT_FALSE(seen.was_wrong(2));
}

TEST(SeenSolutions, ForgetsTheOldestWhenFull) {
  SeenSolutions seen(2);
  seen.count(1);
  seen.count(2);
  seen.count(3);
  EXPECT_EQ(seen.count(3), 1U);
  EXPECT_EQ(seen.count(2), 1U);
  EXPECT_EQ(seen.count(1), 0U);
}

}  // namespace
}  // namespace sandyk::intake
