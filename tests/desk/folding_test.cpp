#include "desk/folding.h"

#include <gtest/gtest.h>

namespace sandyk::desk {
namespace {

TEST(FoldingTest, MakesOneOfWhatPeopleWriteInSeveralWays) {
  EXPECT_EQ(fold("Ёлка"), "елка");
  EXPECT_EQ(fold("ӨЗГӨН Үй ТҮҢ таң"), "озгон уй тун тан");
  EXPECT_EQ(fold("О’Коннор, O'Connor, oʼconnor"), "оконнор, oconnor, oconnor");
  EXPECT_EQ(fold("NÉ Straße"), "né straße");
  EXPECT_EQ(fold("ЂЃ Ҡ Ӂ"), "ђѓ ҡ ӂ");
}

TEST(FoldingTest, TakesLettersInTwoPartsForOne) {
  EXPECT_EQ(fold("е\u0308лка"), fold("ёлка"));
  EXPECT_EQ(fold("И\u0306од"), "йод");
  EXPECT_NE(fold("йод"), fold("иод"));
}

TEST(FoldingTest, TakesAnyBytes) {
  EXPECT_EQ(fold(std::string_view("a\xff\0b\xd0", 5)), "a  b ");
  EXPECT_EQ(fold("\xed\xa0\x80"), "   ");
  EXPECT_EQ(fold(""), "");
}

TEST(FoldingTest, FoldsOnlyOnce) {
  for (const char* text : {"Ёлка Өзгөн Ң Ү", "И\u0306од", "O'Neill", "Ž Ā ӁӜ"})
    EXPECT_EQ(fold(fold(text)), fold(text));
}

TEST(FoldingTest, AsksForEveryWordAndNothingOfFts5) {
  EXPECT_EQ(search_expression("Ёлка таң"), "\"елка\"* \"тан\"*");
  EXPECT_EQ(search_expression("a OR b* NOT (c) \"d\" col:e"),
            "\"a\"* \"or\"* \"b\"* \"not\"* \"c\"* \"d\"* \"col\"* \"e\"*");
  EXPECT_EQ(search_expression(" \"*- ^ «»"), "");
  EXPECT_EQ(search_expression("+996-555"), "\"996\"* \"555\"*");
}

}  // namespace
}  // namespace sandyk::desk
