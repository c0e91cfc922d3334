#include "desk/week_keys.h"

#include <gtest/gtest.h>

#include "tests/support/keyrings.h"

namespace sandyk::desk {
namespace {

WeekKeys some_keys() {
  const auto site = testing::TestSite::make(1);
  const auto week = *crypto::Week::parse("2026-W48");
  return {week, site.content(week).organisations.at(0)};
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(WeekKeysFile, SaysTheSameAfterWritingAndReading) {
  const auto keys = some_keys();
  const auto read = parse_week_keys(crypto::bytes_of(write_week_keys(keys)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->week, keys.week);
  EXPECT_EQ(read->organisation.recipient, keys.organisation.recipient);
  EXPECT_EQ(read->organisation.name.ru, keys.organisation.name.ru);
  EXPECT_EQ(write_week_keys(*read), write_week_keys(keys));
}

TEST(WeekKeysFile, IsRefusedAfterEachSmallestBadChange) {
  const std::string good = write_week_keys(some_keys());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"sandyk-week-keys/1", "sandyk-week-keys/2"},
           {"sandyk-week-keys/1", "sandyk-keyring/1"},
           {"2026-W48", "2026-W54"},
           {"\"week\"", "\"weak\""},
           {"org-1", "Org-1"},
           {"age1pq1", "age1pq2"},
           {"\"board_slots\": 32", "\"board_slots\": 0"},
       })
    EXPECT_FALSE(parse_week_keys(crypto::bytes_of(with(good, from, to)))) << from << " -> " << to;
}

}  // namespace
}  // namespace sandyk::desk
