#include "reporter/part_size.h"

#include <gtest/gtest.h>

namespace sandyk::reporter {
namespace {

constexpr std::uint64_t kib = 1024;

/// A line that takes `limit` bytes of each connection: how many tries `length` bytes take.
unsigned tries_over(std::uint64_t limit, std::uint64_t length) {
  PartSize size;
  unsigned tries = 0;
  for (std::uint64_t sent = 0; sent < length && tries < 10'000; ++tries) {
    if (size.bytes() > limit) {
      size.was_cut();
    } else {
      sent += size.bytes();
      size.arrived();
    }
  }
  return tries;
}

TEST(PartSize, BeginsWithTheMostAndHalvesDownToTheLeast) {
  PartSize size;
  EXPECT_EQ(size.bytes(), 256 * kib);
  for (const std::uint64_t next : {128U, 64U, 32U, 16U}) {
    EXPECT_TRUE(size.was_cut());
    EXPECT_EQ(size.bytes(), next * kib);
  }
  EXPECT_FALSE(size.was_cut());
  EXPECT_EQ(size.bytes(), 16 * kib);
}

TEST(PartSize, GrowsAgainOnlyAfterManyInARow) {
  PartSize size;
  size.was_cut();
  size.was_cut();
  for (int i = 0; i < 60; ++i) size.arrived();
  size.was_cut();  // 60 are forgotten
  EXPECT_EQ(size.bytes(), 32 * kib);
  for (int i = 0; i < 127; ++i) size.arrived();
  EXPECT_EQ(size.bytes(), 32 * kib);
  size.arrived();
  EXPECT_EQ(size.bytes(), 64 * kib);
}

TEST(PartSize, NeverGrowsBeyondWhatTheServerTakes) {
  PartSize size;
  size.limit_to(100 * kib);
  EXPECT_EQ(size.bytes(), 100 * kib);
  for (int i = 0; i < 1000; ++i) size.arrived();
  EXPECT_EQ(size.bytes(), 100 * kib);
  size.limit_to(1000 * kib);
  for (int i = 0; i < 1000; ++i) size.arrived();
  EXPECT_EQ(size.bytes(), 256 * kib);
}

TEST(PartSize, TakesASmallLimitOfTheServerAsItIs) {
  PartSize size;
  size.limit_to(1000);
  EXPECT_FALSE(size.was_cut());
  EXPECT_EQ(size.bytes(), 1000U);
}

TEST(PartSize, WastesLittleOnALineThatCutsEarly) {
  const std::uint64_t length = 32 * 1024 * kib;
  EXPECT_EQ(tries_over(256 * kib, length), 128U);
  EXPECT_LE(tries_over(100 * kib, length), 512U + 8U);
  EXPECT_LE(tries_over(20 * kib, length), 2048U + 10U);
}

}  // namespace
}  // namespace sandyk::reporter
