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
  EXPECT_EQ(config->max_connections, 4000U);
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
