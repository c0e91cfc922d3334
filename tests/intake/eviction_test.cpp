#include "intake/eviction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sandyk::intake {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr milliseconds old{2000};
constexpr double needed = 8;  // bytes a millisecond

std::vector<std::uint64_t> order(std::vector<Candidate> candidates) {
  return order_of_eviction(std::move(candidates), Limits(), 100);
}

TEST(Eviction, TakesTheLeastProgressForItsAgeFirst) {
  EXPECT_THAT(order({{1, Phase::headers, false, old, 0.5},
                     {2, Phase::silent, false, old, 0},
                     {3, Phase::handshake, false, old, 0.2},
                     {4, Phase::waiting, false, old, 0.1}}),
              ElementsAre(2, 4, 3, 1));
}

TEST(Eviction, TakesWhoWasAnsweredThenWhoSentNoRequestThenSlowBodies) {
  EXPECT_THAT(order({{1, Phase::body, false, old, 0, needed},
                     {2, Phase::headers, false, old, 1},
                     {3, Phase::lingering, false, old, 100}}),
              ElementsAre(3, 2, 1));
}

TEST(Eviction, TakesSourcesOverTheirCapFirstWithinAPhase) {
  EXPECT_THAT(order({{1, Phase::silent, false, old, 0},
                     {2, Phase::headers, true, old, 5},
                     {3, Phase::body, true, old, 0, needed},
                     {4, Phase::body, false, old, 0, needed}}),
              ElementsAre(2, 1, 3, 4));
}

TEST(Eviction, LeavesTheYoungAlone) {
  const Limits limits;
  EXPECT_THAT(order({{1, Phase::silent, true, limits.grace - milliseconds(1), 0}}), IsEmpty());
  EXPECT_THAT(order({{1, Phase::silent, true, limits.grace, 0}}), ElementsAre(1));
}

TEST(Eviction, LeavesWhoWaitsForUsAlone) {
  EXPECT_THAT(order({{1, Phase::working, true, old, 0},
                     {2, Phase::verifying, true, old, 0},
                     {3, Phase::closed, true, old, 0}}),
              IsEmpty());
}

TEST(Eviction, LeavesABodyThatKeepsThePaceItNeedsAlone) {
  EXPECT_THAT(order({{1, Phase::body, true, old, needed, needed}}), IsEmpty());
  EXPECT_THAT(order({{1, Phase::body, true, old, needed * 0.99, needed}}), ElementsAre(1));
}

TEST(Eviction, TakesWhoDoesNotTakeItsAnswer) {
  EXPECT_THAT(order({{1, Phase::writing, true, old, needed, needed}}), IsEmpty());
  EXPECT_THAT(
      order({{1, Phase::writing, false, old, needed * 0.99, needed}, {2, Phase::headers, false, old, 5}}),
      ElementsAre(2, 1));
  EXPECT_THAT(order({{1, Phase::writing, true, milliseconds(100), 0, needed}}), IsEmpty());
}

TEST(Eviction, NamesNoMoreThanItIsAskedFor) {
  std::vector<Candidate> many;
  for (std::uint64_t id = 0; id < 100; ++id)
    many.push_back({id, Phase::silent, false, old, static_cast<double>(100 - id)});
  EXPECT_THAT(order_of_eviction(many, Limits(), 2), ElementsAre(99, 98));
}

}  // namespace
}  // namespace sandyk::intake
