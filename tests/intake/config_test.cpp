#include "intake/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sandyk::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Config, ReadsKeysCommentsAndBlankLines) {
  const auto values = read_values(
      "# a server\n\nlisten = [::1]:443\r\n vault=/var/lib/sandyk \nreserve = 2G\nlog-key = /etc/log.key");
  ASSERT_TRUE(values);
  const auto config = read_config(*values);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen, "[::1]:443");
  EXPECT_EQ(config->vault, "/var/lib/sandyk");
  EXPECT_EQ(config->reserve, 2ULL << 30);
  EXPECT_EQ(config->log_key, "/etc/log.key");
  EXPECT_EQ(config->limits.max_connections, 4000U);
}

TEST(Config, NamesTheNearestKeyForAnUnknownOne) {
  const auto values = read_values("lisen = 127.0.0.1:1\nroot_key = x\n");
  ASSERT_FALSE(values);
  EXPECT_THAT(values.error(),
              ElementsAre("Line 1: there is no key \"lisen\"; the nearest is \"listen\".",
                          "Line 2: there is no key \"root_key\"; the nearest is \"root-key\"."));
}

TEST(Config, RefusesAKeyTwiceAndALineWithoutEquals) {
  const auto values = read_values("key = a\nkey = b\ncert\n");
  ASSERT_FALSE(values);
  EXPECT_THAT(values.error(), ElementsAre(HasSubstr("twice"), HasSubstr("Line 3")));
}

TEST(Config, RefusesNumbersOutOfRangeOrOfAnotherForm) {
  for (const char* bad :
       {"0", "-1", "1000001", "4x", "4k", "", " ", "99999999999999999999", "18446744073709551615G"}) {
    const auto config = read_config({{"max-connections", bad}});
    EXPECT_FALSE(config) << bad;
  }
}

TEST(Config, ConfinesTheServerUnlessToldOff) {
  EXPECT_TRUE(read_config({})->confinement);
  EXPECT_TRUE(read_config({{"confinement", "on"}})->confinement);
  EXPECT_FALSE(read_config({{"confinement", "off"}})->confinement);
  for (const char* bad : {"Off", "no", "0", "off ", ""})
    EXPECT_FALSE(read_config({{"confinement", bad}})) << bad;
}

TEST(Config, ReadsEveryLimitOfTheFront) {
  const auto config = read_config({{"max-connections", "1"},
                                   {"per-source", "2"},
                                   {"handshake-rate", "3"},
                                   {"per-source-handshakes", "4"},
                                   {"per-source-loopback", "on"},
                                   {"handshake-time", "5"},
                                   {"header-time", "6"},
                                   {"body-time", "7"},
                                   {"answer-time", "8"},
                                   {"idle-time", "9"},
                                   {"linger-time", "10"},
                                   {"grace-time", "11"},
                                   {"min-rate", "12K"},
                                   {"memory", "13M"},
                                   {"max-large", "14"},
                                   {"workers", "15"},
                                   {"queue", "16"},
                                   {"requests-per-connection", "17"},
                                   {"small-reserve", "18G"}});
  ASSERT_TRUE(config);
  const Limits& limits = config->limits;
  using std::chrono::milliseconds, std::chrono::seconds;
  EXPECT_EQ(limits.max_connections, 1U);
  EXPECT_EQ(limits.per_source, 2U);
  EXPECT_EQ(limits.handshake_rate, 3U);
  EXPECT_EQ(limits.per_source_handshakes, 4U);
  EXPECT_TRUE(limits.counts_loopback);
  EXPECT_EQ(limits.handshake, seconds(5));
  EXPECT_EQ(limits.headers, seconds(6));
  EXPECT_EQ(limits.body, seconds(7));
  EXPECT_EQ(limits.answer, seconds(8));
  EXPECT_EQ(limits.idle, seconds(9));
  EXPECT_EQ(limits.linger, seconds(10));
  EXPECT_EQ(limits.grace, milliseconds(11));
  EXPECT_EQ(limits.min_rate, 12U << 10);
  EXPECT_EQ(limits.memory, 13U << 20);
  EXPECT_EQ(limits.max_large, 14U);
  EXPECT_EQ(limits.workers, 15U);
  EXPECT_EQ(limits.queue, 16U);
  EXPECT_EQ(limits.requests_per_connection, 17U);
  EXPECT_EQ(limits.small_reserve, 18ULL << 30);
}

TEST(Config, RefusesALimitThatNoServerCouldHave) {
  for (const auto& [key, bad] : Values{{"per-source", "60001"},
                                       {"per-source-loopback", "1"},
                                       {"handshake-time", "0"},
                                       {"header-time", "601"},
                                       {"body-time", "1.5"},
                                       {"memory", "1023K"},
                                       {"workers", "0"},
                                       {"queue", "0"}})
    EXPECT_FALSE(read_config({{key, bad}})) << key;
}

TEST(Config, TakesAPuzzleFloorThatIsAnEffort) {
  for (const char* good : {"0", "64", "16K"}) EXPECT_TRUE(read_config({{"puzzle-floor", good}})) << good;
  for (const char* bad : {"1", "63", "16385", "-64"})
    EXPECT_FALSE(read_config({{"puzzle-floor", bad}})) << bad;
}

TEST(Config, RefusesARootKeyThatIsNone) {
  const auto config = read_config({{"root-key", "RWQ"}});
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error(), ElementsAre(HasSubstr("root-key")));
}

TEST(Config, SaysEverythingThatIsMissingAtOnce) {
  EXPECT_EQ(missing_to_serve({}).size(), 4U);
  Config behind_a_proxy;
  behind_a_proxy.unix_socket = "/run/sandyk.sock";
  EXPECT_THAT(missing_to_serve(behind_a_proxy), ElementsAre(HasSubstr("--vault"), HasSubstr("--root-key")));
}

}  // namespace
}  // namespace sandyk::intake
