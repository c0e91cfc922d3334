#include "intake/body.h"

#include <gtest/gtest.h>

namespace sandyk::intake {
namespace {

Limits with_memory(std::uint64_t memory) {
  Limits limits;
  limits.memory = memory;
  return limits;
}

TEST(Budget, KeepsTheLastQuarterOfTheMemoryForTheSmallestReports) {
  const std::uint64_t larger = smallest_report + 1;
  Budget budget(with_memory(8 * larger));
  std::vector<Budget::Share> shares;
  for (int i = 0; i < 6; ++i) shares.push_back(budget.take(larger, true).value());
  EXPECT_FALSE(budget.take(larger, true));
  shares.push_back(budget.take(smallest_report, true).value());
  shares.push_back(budget.take(smallest_report, true).value());
  EXPECT_FALSE(budget.take(smallest_report, true));
}

TEST(Budget, KeepsTheLastEighthForThoseWhoHaveWorked) {
  Budget budget(with_memory(8 * smallest_report));
  std::vector<Budget::Share> shares;
  for (int i = 0; i < 7; ++i) shares.push_back(budget.take(smallest_report, false).value());
  EXPECT_FALSE(budget.has_room(smallest_report, false));
  EXPECT_FALSE(budget.take(smallest_report, false));
  shares.push_back(budget.take(smallest_report, true).value());
  EXPECT_FALSE(budget.take(smallest_report, true));
}

TEST(Budget, TakesBackWhatAShareHeld) {
  Budget budget(with_memory(smallest_report));
  EXPECT_EQ(budget.memory_used(), 0);
  {
    const auto share = budget.take(smallest_report, true);
    EXPECT_EQ(budget.memory_used(), 1);
  }
  EXPECT_EQ(budget.memory_used(), 0);
}

TEST(Budget, CountsLargeBodiesAndNotTheirMemory) {
  Limits limits;
  limits.max_large = 1;
  Budget budget(limits);
  const auto share = budget.take(32 * crypto::mib, true);
  EXPECT_TRUE(share);
  EXPECT_FALSE(budget.take(largest_in_memory + 1, true));
  EXPECT_EQ(budget.memory_used(), 0);
}

}  // namespace
}  // namespace sandyk::intake
