#include "crypto/seal/json.h"

#include <gtest/gtest.h>

namespace sandyk::crypto {
namespace {

bool is_read(std::string_view text) {
  return parse_json(bytes_of(text), 1000).has_value();
}

std::string nested(int levels, const std::string& inside) {
  return std::string(static_cast<std::size_t>(levels), '[') + inside +
         std::string(static_cast<std::size_t>(levels), ']');
}

TEST(Json, TakesSixteenLevelsAndRefusesSeventeen) {
  for (const char* inside : {"", "1", "\"a\""}) {
    EXPECT_TRUE(is_read(nested(16, inside))) << inside;
    EXPECT_FALSE(is_read(nested(17, inside))) << inside;
  }
  EXPECT_TRUE(is_read(nested(15, "{}")));
  EXPECT_TRUE(is_read(nested(15, "{\"a\":1}")));
  EXPECT_FALSE(is_read(nested(16, "{}")));
  EXPECT_FALSE(is_read(nested(16, "{\"a\":1}")));
  EXPECT_FALSE(is_read(nested(400, "")));
}

TEST(Json, RefusesAMemberTwiceInOneObject) {
  EXPECT_FALSE(is_read(R"({"a":1,"a":1})"));
  EXPECT_FALSE(is_read(R"({"a":1,"\u0061":2})"));
  EXPECT_FALSE(is_read(R"([{"b":{"a":1,"c":{},"a":2}}])"));
  EXPECT_TRUE(is_read(R"({"a":{"a":[{"a":1},{"a":1}]}})"));
}

TEST(Json, RefusesWhatTwoReadersWouldReadDifferently) {
  EXPECT_FALSE(is_read("\xef\xbb\xbf{}"));
  EXPECT_FALSE(is_read("\"\xff\""));
  EXPECT_FALSE(is_read("\"\xc0\xaf\""));      // overlong
  EXPECT_FALSE(is_read("\"\xed\xa0\x80\""));  // a surrogate
  EXPECT_FALSE(is_read(R"("\ud800")"));
  for (const char* text : {"", " ", "{} {}", "{},", "{\"a\":1,}", "[1,]", "'a'", "{a:1}", "// c\n1", "NaN",
                           "1e999", "01", "+1", "\"a\nb\"", "nul"})
    EXPECT_FALSE(is_read(text)) << text;
  EXPECT_FALSE(is_read(std::string_view("1\0", 2)));
}

TEST(Json, RefusesOneByteTooMany) {
  EXPECT_TRUE(parse_json(bytes_of("[1]"), 3));
  EXPECT_FALSE(parse_json(bytes_of("[1]"), 2));
}

TEST(Json, FormatIsAWholeWord) {
  const auto is = [](std::string_view text) {
    return parse_format(bytes_of(text), 100, "sandyk-x/1").has_value();
  };
  EXPECT_TRUE(is(R"({"format":"sandyk-x/1","more":1})"));
  for (const char* text :
       {R"({"format":"sandyk-x/2"})", R"({"format":"sandyk-x/1 "})", R"({"format":1})", "{}", "[]", "1"})
    EXPECT_FALSE(is(text)) << text;
}

TEST(Json, MembersAreReadByType) {
  const Json value =
      parse_json(bytes_of(R"({"t":"a","n":7,"m":-1,"d":1.0,"b":18446744073709551615})"), 100).value();
  EXPECT_EQ(text_member(value, "t"), "a");
  EXPECT_EQ(number_member(value, "n"), 7U);
  EXPECT_EQ(number_member(value, "b"), UINT64_MAX);
  EXPECT_FALSE(number_member(value, "m"));
  EXPECT_FALSE(number_member(value, "d"));
  EXPECT_FALSE(number_member(value, "t"));
  EXPECT_FALSE(text_member(value, "n"));
  EXPECT_FALSE(text_member(value, "x"));
  EXPECT_FALSE(text_member(Json(1), "t"));
}

TEST(Json, WritesLettersAsTheyAre) {
  Json value;
  value["ү"] = "сандык\n";
  EXPECT_EQ(write_json(value), "{\n \"ү\": \"сандык\\n\"\n}\n");
}

}  // namespace
}  // namespace sandyk::crypto
