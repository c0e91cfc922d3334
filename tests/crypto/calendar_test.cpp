#include "crypto/seal/calendar.h"

#include <gtest/gtest.h>

namespace sandyk::crypto {
namespace {

using std::chrono::days;
using std::chrono::weeks;

Date date(std::string_view text) {
  return Date::parse(text).value();
}

TEST(Calendar, ADateHasOneSpelling) {
  EXPECT_EQ(date("2026-11-23").text(), "2026-11-23");
  EXPECT_EQ(date("1970-01-01").day().time_since_epoch(), days(0));
  EXPECT_EQ(date("2024-02-29").text(), "2024-02-29");
  for (const char* text :
       {"", "2026-11-3", "2026-1-23", "26-11-23", "2026/11/23", "2026-11-23 ", " 2026-11-23", "2026-11-31",
        "2026-02-29", "2100-02-29", "2026-00-10", "2026-13-10", "2026-11-00", "1969-12-31", "+026-11-23",
        "2026-11-2a", "20261123", "2026-11-23T00:00Z", "-026-11-23"})
    EXPECT_FALSE(Date::parse(text)) << text;
}

TEST(Calendar, AWeekHasOneSpelling) {
  for (const char* text : {"", "2026-48", "2026W48", "2026-w48", "2026-W4", "2026-W048", "2026-W00",
                           "2026-W54", "2027-W53", "2026-W48 ", "2026-W4a", "1969-W52", "+026-W48"})
    EXPECT_FALSE(Week::parse(text)) << text;
}

TEST(Calendar, WeekOneHoldsTheFirstThursday) {
  const std::pair<const char*, const char*> known[] = {
      {"2026-11-23", "2026-W48"}, {"2026-11-22", "2026-W47"}, {"2020-12-31", "2020-W53"},
      {"2021-01-03", "2020-W53"}, {"2021-01-04", "2021-W01"}, {"2026-12-31", "2026-W53"},
      {"2027-01-03", "2026-W53"}, {"2027-01-04", "2027-W01"}, {"2025-12-29", "2026-W01"},
      {"2024-12-30", "2025-W01"}, {"2023-01-01", "2022-W52"}, {"1970-01-01", "1970-W01"},
      {"2000-01-01", "1999-W52"}, {"2016-01-03", "2015-W53"}};
  for (const auto& [day, week] : known) {
    EXPECT_EQ(Week(date(day)).text(), week) << day;
    EXPECT_EQ(Week::parse(week), Week(date(day))) << day;
  }
}

TEST(Calendar, AWeekIsMondayToSunday) {
  const auto week = Week::parse("2026-W53").value();
  EXPECT_EQ(week.monday().text(), "2026-12-28");
  EXPECT_EQ(week.sunday().text(), "2027-01-03");
  EXPECT_EQ((week + weeks(1)).text(), "2027-W01");
  EXPECT_LT(week, week + weeks(1));
}

TEST(Calendar, EveryDayFrom1970To2100IsReadAsWritten) {
  std::string week_before;
  int number_before = 0;
  for (Date day = date("1970-01-05"); day < date("2101-01-01"); day = day + days(1)) {
    ASSERT_EQ(Date::parse(day.text()), day);
    const Week week(day);
    ASSERT_EQ(Week::parse(week.text()), week) << day.text();
    ASSERT_LE(week.monday(), day);
    ASSERT_GE(week.sunday(), day);
    if (week.text() == week_before) continue;
    const int number = std::stoi(week.text().substr(6));
    ASSERT_TRUE(number == number_before + 1 || (number == 1 && number_before >= 52) || week_before.empty());
    week_before = week.text();
    number_before = number;
  }
}

}  // namespace
}  // namespace sandyk::crypto
