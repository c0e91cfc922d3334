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
  for (int i = 0; i < 6; ++i) shares.push_back(budget.take(larger).value());
  EXPECT_FALSE(budget.take(larger));
  shares.push_back(budget.take(smallest_report).value());
  shares.push_back(budget.take(smallest_report).value());
  EXPECT_FALSE(budget.take(smallest_report));
}

TEST(Budget, TakesBackWhatAShareHeld) {
  Budget budget(with_memory(smallest_report));
  EXPECT_EQ(budget.memory_used(), 0);
  {
    const auto share = budget.take(smallest_report);
    EXPECT_EQ(budget.memory_used(), 1);
  }
  EXPECT_EQ(budget.memory_used(), 0);
}

TEST(Budget, CountsLargeBodiesAndNotTheirMemory) {
  Limits limits;
  limits.max_large = 1;
  Budget budget(limits);
  const auto share = budget.take(32 * crypto::mib);
  EXPECT_TRUE(share);
  EXPECT_FALSE(budget.take(largest_in_memory + 1));
  EXPECT_EQ(budget.memory_used(), 0);
}

}  // namespace
}  // namespace sandyk::intake
