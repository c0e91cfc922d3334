#include "reporter/upload_answer.h"

#include <gtest/gtest.h>

namespace sandyk::reporter {
namespace {

const std::string path = "/uploads/" + std::string(64, 'a');

TEST(UploadAnswer, TakesAPathOfThisServerOnly) {
  EXPECT_EQ(upload_path(path), path);
  for (const std::string& other :
       {std::string(), std::string("/uploads/"), path + "a", path.substr(1), "https://example.org" + path,
        path + "/..", "/uploads/" + std::string(64, 'A'), "/../uploads/" + std::string(64, 'a')})
    EXPECT_FALSE(upload_path(other)) << other;
}

TEST(UploadAnswer, TakesPlainNumbers) {
  EXPECT_EQ(upload_number("0"), 0U);
  EXPECT_EQ(upload_number("999999999999999"), 999'999'999'999'999U);
  for (const char* other : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1000000000000000"})
    EXPECT_FALSE(upload_number(other)) << other;
}

TEST(UploadAnswer, FindsTheLargestPartAmongOtherLimits) {
  EXPECT_EQ(largest_part("max-append-size=262144"), 262'144U);
  EXPECT_EQ(largest_part("max-size=1, max-append-size=5 ,x"), 5U);
  for (const char* other : {"", ",", "max-size=1", "max-append-size", "max-append-size=", "max-append-size=0",
                            "max-append-size=?1", "xmax-append-size=5"})
    EXPECT_FALSE(largest_part(other)) << other;
}

}  // namespace
}  // namespace sandyk::reporter
