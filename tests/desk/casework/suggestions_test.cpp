#include "desk/casework/suggestions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "desk/casework/case_lines.h"
#include "desk/casework/marks.h"
#include "desk/casework/type_words.h"
#include "report/vocabulary.h"
#include "tests/desk/casework/a_case_file.h"

namespace sandyk::desk {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::string sample(const std::string& name) {
  std::ifstream in(std::string(SANDYK_TESTS_FOLDER "/samples/") + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> values(std::string_view text, std::string_view kind) {
  std::vector<std::string> found;
  for (const Mark& mark : marks_of(fold(text)))
    if (mark.kind == kind) found.push_back(mark.value);
  return found;
}

TEST(Marks, NumbersInAnySpelling) {
  for (const char* text : {"с +996 555 12-34-56", "0555 123456 звонил", "996(555)123456", "+996555123456."})
    EXPECT_THAT(values(text, "number"), ElementsAre("555123456")) << text;
  for (const char* text : {"2031-11-26", "26.11.2031 19:30", "12 000 000 сом", "в 2019 и 2020", "№ 12345"})
    EXPECT_THAT(values(text, "number"), IsEmpty()) << text;
}

TEST(Marks, PlatesInAnySpelling) {
  for (const char* text : {"машина 01KG123ABC", "01 KG 123 АВС", "01-kg-123-abc."})
    EXPECT_THAT(values(text, "plate"), ElementsAre("01kg123abc")) << text;
  EXPECT_THAT(values("номер А123ВС77 и B 4567 K", "plate"), ElementsAre("a123bc77", "b4567k"));
  EXPECT_THAT(values("в 2031 к утру, 123 дома, а1", "plate"), IsEmpty());
}

TEST(Marks, DatesInThreeLanguages) {
  EXPECT_THAT(values("26 ноября 2031 года", "date"), ElementsAre("2031-11-26"));
  EXPECT_THAT(values("2-декабрда түштөн кийин", "date"), ElementsAre("--12-02"));
  EXPECT_THAT(values("On 5 March, or March 6, 2032", "date"), ElementsAre("--03-05", "2032-03-06"));
  EXPECT_THAT(values("2031-11-26 и 07.12.2031", "date"), ElementsAre("2031-11-26", "2031-12-07"));
  EXPECT_THAT(values("45 ноября, 2031-13-01, 30 февраля", "date"), IsEmpty());
  const auto day = PartialDate::parse("2031-12-01")->first_day();
  EXPECT_TRUE(is_near({"date", "--11-30"}, day, day, std::chrono::days(2)));
  EXPECT_FALSE(is_near({"date", "2030-12-01"}, day, day, std::chrono::days(2)));
}

TEST(TypeWords, AreFoundInThreeLanguages) {
  const auto tells = [](std::string_view code, std::string_view text) {
    const std::string folded = fold(text);
    const auto words = words_of(folded);
    return std::ranges::any_of(phrases_of(code),
                               [&](const Phrase& phrase) { return has_phrase(words, phrase); });
  };
  EXPECT_TRUE(tells("digital.ddos", "Our site has not opened since noon"));
  EXPECT_TRUE(tells("digital.ddos", "сайт со вчерашнего дня не открывается"));
  EXPECT_TRUE(tells("digital.ddos", "Сайтыбыз кечээден бери ачылбай жатат"));
  EXPECT_FALSE(tells("digital.ddos", "они были у дома"));
  EXPECT_TRUE(tells("physical.assault", "Его избили двое"));
  for (const auto& type : report::Vocabulary::built_in().codes("incident_type"))
    EXPECT_EQ(phrases_of(type.code).empty(), type.code.ends_with(".other")) << type.code;
}

class SuggestionsTest : public ACaseFile {
 protected:
  std::vector<Suggestion> suggested(std::string_view subject) {
    auto casework = work();
    return suggest(casework, subject, marking_for_a_screen).value();
  }
  static std::vector<std::string> pairs(const std::vector<Suggestion>& suggestions) {
    std::vector<std::string> pairs;
    for (const Suggestion& one : suggestions) pairs.push_back(one.kind + " " + one.from + " " + one.to);
    return pairs;
  }
  void load_sample() {
    const std::vector<ReportCode> allowed = {{"consent", "count"}, {"consent", "publish_no_names"}};
    const auto ru = crypto::Json::parse(sample("report_ru.json")),
               ky = crypto::Json::parse(sample("report_ky.json"));
    const ReportNames names = {{"R-ru", std::to_string(add(std::string(ru.at("narrative")), allowed))},
                               {"R-ky", std::to_string(add(std::string(ky.at("narrative")), allowed))}};
    auto casework = work();
    ASSERT_TRUE(load_lines(casework, sample("case_context.jsonl") + sample("case.jsonl"), names));
  }
};

/// The report names neither the incident nor a date: its outlet, its words and its trigger lead there.
TEST_F(SuggestionsTest, TheUnlinkedReportOfTheSampleBelongsToItsIncident) {
  load_sample();
  const auto report = crypto::Json::parse(sample("report_min_en.json"));
  const auto n = add(std::string(report.at("narrative")));
  const auto found = suggested("report:" + std::to_string(n));
  EXPECT_THAT(pairs(found), ElementsAre("same_event report:3 incident:I-20"));
  EXPECT_THAT(found.at(0).why, Contains(Reason{"same_outlet", "Outlet E"}));
  EXPECT_THAT(pairs(suggested("incident:I-20")), Contains("same_event report:3 incident:I-20"));
  // Not drowned: it is the first of all, and all are few.
  const auto all = suggested("");
  EXPECT_EQ(pairs(all).at(0), "same_event report:3 incident:I-20");
  EXPECT_LT(all.size(), 20U) << ::testing::PrintToString(pairs(all));
}

TEST_F(SuggestionsTest, AreDecidedOnce) {
  load_sample();
  const auto n = add(std::string(crypto::Json::parse(sample("report_min_en.json")).at("narrative")),
                     {{"consent", "count"}, {"reporter_relation", "organisation"}});
  auto casework = work();
  ASSERT_TRUE(decide(casework, "same_event", "report:3", "incident:I-20", true));
  const auto stored = casework.incident("I-20").value();
  ASSERT_EQ(stored->sources.size(), 1U);
  EXPECT_EQ(stored->sources[0].relation, "organisation");
  EXPECT_THAT(stored->consent, ElementsAre("count"));
  EXPECT_THAT(suggested("report:" + std::to_string(n)), IsEmpty());
  EXPECT_THAT(pairs(suggested("")), Not(Contains("same_event report:3 incident:I-20")));
}

TEST_F(SuggestionsTest, ANoIsRememberedAndAYesWritesTheLink) {
  ASSERT_TRUE(work().put(entity("E-A", "person", "Person A")));
  Incident one = incident("I-01", "threat.death"), two = incident("I-02", "physical.assault");
  one.when = When{*PartialDate::parse("2031-11-24"), {}, "day", ""};
  two.when = When{*PartialDate::parse("2031-11-29"), {}, "day", ""};
  one.targets = two.targets = {{"E-A", "lawyer"}};
  ASSERT_TRUE(work().put(one));
  ASSERT_TRUE(work().put(two));
  const auto found = suggested("");
  ASSERT_THAT(pairs(found), ElementsAre("escalates incident:I-02 incident:I-01"));
  EXPECT_EQ(found[0].why.at(0), (Reason{"escalation", "threat → physical"}));
  auto casework = work();
  ASSERT_TRUE(decide(casework, "escalates", "incident:I-02", "incident:I-01", false));
  EXPECT_THAT(suggested(""), IsEmpty());
  ASSERT_TRUE(decide(casework, "escalates", "incident:I-02", "incident:I-01", true));
  EXPECT_THAT(casework.incident("I-02").value()->links, ElementsAre(Link{"I-01", "escalates"}));
  EXPECT_FALSE(decide(casework, "same_event", "incident:I-02", "nonsense", true));
}

TEST_F(SuggestionsTest, ReportsWithTheSameNumberPlateFileOrWords) {
  const crypto::Bytes picture{1, 2, 3, 4};
  add("Звонили с 0555 123 456, потом тишина");
  add("Call from +996 555 123456 at night");
  add("машина 01KG123ABC у дома", {}, "2032-01-24", {{"files/a1", picture}});
  add("чёрная машина 01 KG 123 ABC", {}, "2032-01-24", {{"files/a1", picture}});
  EXPECT_THAT(pairs(suggested("report:2")), ElementsAre("same_actor report:2 report:1"));
  EXPECT_THAT(pairs(suggested("report:4")), ElementsAre("duplicate_of report:4 report:3"));
  std::string words;
  for (int i = 0; i < 40; ++i) words += "invented" + std::to_string(i) + " ";
  add(words);
  add(words + "and a little more");
  EXPECT_THAT(pairs(suggested("report:6")), ElementsAre("duplicate_of report:6 report:5"));
  EXPECT_THAT(suggested("report:5"), IsEmpty());
}

/// Marks are made from content: they go with it.
TEST_F(SuggestionsTest, ADeletedReportLeavesNoMarks) {
  add("0555 123 456");
  add("0555 123 456");
  EXPECT_EQ(suggested("report:2").size(), 1U);
  ASSERT_TRUE(file->destroy(1, a_day, "asked for"));
  EXPECT_THAT(suggested("report:2"), IsEmpty());
  EXPECT_EQ(file->database().ask_integer("SELECT count(*) FROM marks WHERE report = 1").value(), 0);
}

}  // namespace
}  // namespace sandyk::desk
