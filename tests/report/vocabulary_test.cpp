#include "report/vocabulary.h"

#include <gtest/gtest.h>

namespace sandyk::report {

TEST(Vocabulary, HasTheNineteenFieldsOfAReport) {
  const auto& fields = Vocabulary::built_in().report_fields();
  ASSERT_EQ(fields.size(), 19U);
  EXPECT_EQ(fields.front().code, "v");
  EXPECT_EQ(Vocabulary::built_in().version(), "1.0.0");
}

TEST(Vocabulary, KnowsTypeAndLimitsOfAField) {
  const Field* narrative = Vocabulary::built_in().report_field("narrative");
  ASSERT_NE(narrative, nullptr);
  EXPECT_EQ(narrative->type, FieldType::text);
  EXPECT_EQ(narrative->max_chars, 20000U);
  const Field* files = Vocabulary::built_in().report_field("attachments");
  ASSERT_NE(files, nullptr);
  EXPECT_EQ(files->max_items, 5U);
}

TEST(Vocabulary, FindsCodesOfTheListOfEveryCodeField) {
  for (const Field& field : Vocabulary::built_in().report_fields()) {
    if (!field.list.empty()) {
      EXPECT_FALSE(Vocabulary::built_in().codes(field.list).empty()) << field.code;
    }
  }
}

TEST(Vocabulary, HasNoEntryForAnUnknownFieldCodeOrList) {
  EXPECT_EQ(Vocabulary::built_in().report_field("reporter_name"), nullptr);
  EXPECT_EQ(Vocabulary::built_in().find_code("channel", "telepathy"), nullptr);
  EXPECT_TRUE(Vocabulary::built_in().codes("no_such_list").empty());
}

TEST(Vocabulary, GivesLabelsInThreeLanguagesAndEnglishForAnyOther) {
  const Code* code = Vocabulary::built_in().find_code("region", "KG-GO");
  ASSERT_NE(code, nullptr);
  EXPECT_EQ(code->label.in("ru"), "Ош (город)");
  EXPECT_EQ(code->label.in("ky"), "Ош шаары");
  EXPECT_EQ(code->label.in("fr"), "Osh (city)");
}

}  // namespace sandyk::report
