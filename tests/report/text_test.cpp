#include "report/text.h"

#include <gtest/gtest.h>

namespace sandyk::report {

TEST(Text, CountsCodePointsNotBytes) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("Ош"), 2U);
  EXPECT_EQ(count_code_points("a\xF0\x9F\x98\x80z"), 3U);
}

TEST(Text, LeavesOrdinaryTextAlone) {
  const std::string text = "Өзүңө жаман болот.\n\tНичего не забрали «…» \xF0\x9F\x98\x80";
  EXPECT_EQ(harmless(text), text);
}

TEST(Text, MakesEscapeSequencesHarmless) {
  EXPECT_EQ(harmless("a\x1b[2Jb"), "a\uFFFD[2Jb");
  EXPECT_EQ(harmless("a\rb"), "a\uFFFDb");
  EXPECT_EQ(harmless(std::string("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(harmless("a\x7f"), "a\uFFFD");
  EXPECT_EQ(harmless("a\xC2\x9B"), "a\uFFFD");  // CSI as one character
}

TEST(Text, MakesTurnedAndInvisibleWritingHarmless) {
  EXPECT_EQ(harmless("a\u202Eb"), "a\uFFFDb");
  EXPECT_EQ(harmless("a\u2066b"), "a\uFFFDb");
  EXPECT_EQ(harmless("a\u200Bb"), "a\uFFFDb");
  EXPECT_EQ(harmless("a\u2028b"), "a\uFFFDb");
  EXPECT_EQ(harmless("\uFEFF"), "\uFFFD");
  EXPECT_EQ(harmless("\U000E0041"), "\uFFFD");
}

TEST(Text, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(harmless("\xff"), "\uFFFD");
  EXPECT_EQ(harmless("\xC0\xAF"), "\uFFFD\uFFFD");                 // overlong
  EXPECT_EQ(harmless("\xE0\x80\xAF"), "\uFFFD\uFFFD\uFFFD");       // overlong
  EXPECT_EQ(harmless("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");       // surrogate
  EXPECT_EQ(harmless("\xF4\x90\x80\x80").substr(0, 3), "\uFFFD");  // beyond Unicode
  EXPECT_EQ(harmless("\xD0"), "\uFFFD");                           // cut off
}

}  // namespace sandyk::report
