#include "intake/weather.h"

#include <gtest/gtest.h>

#include "intake/limits.h"

namespace sandyk::intake {
namespace {

TEST(Weather, IsBusyFromHalfOnAndAStormFromNineTenths) {
  EXPECT_EQ(Barometer().read(0.49), Weather::calm);
  EXPECT_EQ(Barometer().read(0.5), Weather::busy);
  EXPECT_EQ(Barometer().read(0.89), Weather::busy);
  EXPECT_EQ(Barometer().read(0.9), Weather::storm);
}

TEST(Weather, ClearsOnlyWellBelowWhereItRose) {
  Barometer barometer;
  barometer.read(0.9);
  EXPECT_EQ(barometer.read(0.75), Weather::storm);
  EXPECT_EQ(barometer.read(0.74), Weather::busy);
  EXPECT_EQ(barometer.read(0.89), Weather::busy);
  EXPECT_EQ(barometer.read(0.4), Weather::busy);
  EXPECT_EQ(barometer.read(0.39), Weather::calm);
  EXPECT_EQ(barometer.read(0.49), Weather::calm);
  EXPECT_EQ(barometer.last(), Weather::calm);
}

TEST(Weather, FallsFromAStormToCalmAtOnceWhenTheLoadIsGone) {
  Barometer barometer;
  barometer.read(1);
  EXPECT_EQ(barometer.read(0), Weather::calm);
}

TEST(Weather, GoesByTheRoomThatIsLeftAboveTheReserveForSmallReports) {
  const auto at = [](std::uint64_t room) { return Barometer().read(load_of({room, 0, 0}, 1000)); };
  EXPECT_EQ(at(1801), Weather::calm);
  EXPECT_EQ(at(1800), Weather::busy);
  EXPECT_EQ(at(1001), Weather::busy);
  EXPECT_EQ(at(1000), Weather::storm);
  EXPECT_EQ(at(0), Weather::storm);
  EXPECT_EQ(load_of({0, 0, 0}, 0), 0);
}

TEST(Weather, GoesByTheShareOfTheDaysBudget) {
  const auto at = [](std::uint64_t used) { return Barometer().read(load_of({1 << 30, used, 100}, 0)); };
  EXPECT_EQ(at(49), Weather::calm);
  EXPECT_EQ(at(50), Weather::busy);
  EXPECT_EQ(at(90), Weather::storm);
  EXPECT_EQ(load_of({1 << 30, 300, 100}, 0), 1);
}

TEST(Weather, TurnsTheLargestAwayFirstAndTheSmallNever) {
  const auto sealed = [](std::uint64_t size) {
    return crypto::sealed_length(size, crypto::age::max_recipients);
  };
  EXPECT_LT(sealed(crypto::size_classes.back()), largest_taken(Weather::calm));
  EXPECT_GT(sealed(8 * crypto::mib), largest_taken(Weather::busy));
  EXPECT_EQ(sealed(4 * crypto::mib), largest_taken(Weather::busy));
  EXPECT_GT(crypto::sealed_length(crypto::mib, 1), largest_taken(Weather::storm));
  EXPECT_EQ(sealed(256 * crypto::kib), largest_taken(Weather::storm));
}

}  // namespace
}  // namespace sandyk::intake
