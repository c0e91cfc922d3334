#include "report/print.h"

#include <gmock/gmock.h>

#include "tests/report/samples.h"

namespace sandyk::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string print(std::string_view json, std::string_view lang) {
  const auto document = Document::parse(crypto::bytes_of(json));
  EXPECT_TRUE(document);
  return document ? to_text(*document, lang) : std::string();
}

}  // namespace

TEST(Print, ShowsFieldsAndCodesInTheLanguageAskedFor) {
  const std::string english = print(testing::sample("report_ru"), "en");
  EXPECT_THAT(english, HasSubstr("How did it reach you or them? "));
  EXPECT_THAT(english, HasSubstr("Phone call; Text message (SMS)"));
  EXPECT_THAT(english, HasSubstr("водителя Лица А ударили"));
  EXPECT_THAT(print(testing::sample("report_ru"), "ky"), HasSubstr("Телефон чалуу; SMS билдирүү"));
}

TEST(Print, ShowsUnknownCodesAndFieldsAsTheyAre) {
  const std::string text =
      print(R"({"v":"1.0.0","narrative":"x","channel":["pigeon"],"of_tomorrow":[1,"y"]})", "en");
  EXPECT_THAT(text, HasSubstr("pigeon"));
  EXPECT_THAT(text, HasSubstr("[of_tomorrow]: [1,\"y\"]"));
}

TEST(Print, ShowsAttachments) {
  const std::string text =
      print(R"({"v":"1.0.0","attachments":[{"id":"a1","evidence_kind":"photo","size":7,"sha256":")" +
                std::string(64, 'a') + R"(","media_type":"image/jpeg"}]})",
            "ru");
  EXPECT_THAT(text, HasSubstr("a1: Фото, image/jpeg, 7 B, SHA-256 aaaa"));
}

TEST(Print, LetsNoReportTouchTheTerminal) {
  const std::string text = print(R"({"v":"1.0.0","narrative":"a\u001b[2J\u202eb","when_text":"\u0007",)"
                                 R"("channel":["\u001b]0;x"],"\u001b[1m":"\u009b1m"})",
                                 "en");
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  EXPECT_THAT(text, Not(HasSubstr("\u009b")));
}

TEST(Print, LetsNoTextPassForAnotherField) {
  const std::string text = print(R"({"v":"1.0.0","narrative":"x\nIs anybody in danger now? Not now"})", "en");
  EXPECT_THAT(text, Not(HasSubstr("\nIs anybody")));
}

}  // namespace sandyk::report
