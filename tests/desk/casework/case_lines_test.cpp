#include "desk/casework/case_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/desk/casework/a_case_file.h"

namespace sandyk::desk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string sample(const std::string& name) {
  std::ifstream in(std::string(SANDYK_TESTS_FOLDER "/samples/") + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

class CaseLines : public ACaseFile {
 protected:
  tl::expected<Loaded, Problem> load(const std::string& lines) {
    auto casework = work();
    return load_lines(casework, lines, names);
  }
  std::string save() {
    auto casework = work();
    return save_lines(casework).value();
  }
  /// The reports that the sample names, with what they allow.
  void add_sources() {
    const std::vector<ReportCode> allowed = {{"consent", "count"}, {"consent", "publish_no_names"}};
    names = {{"R-ru", std::to_string(add("ru", allowed))}, {"R-ky", std::to_string(add("ky", allowed))}};
  }

  ReportNames names;
};

TEST_F(CaseLines, TheSampleIsLoadedOnceAndSavedAsItWas) {
  add_sources();
  const auto loaded =
      load(sample("case.jsonl") + sample("case_context.jsonl"));  // incidents name what follows
  ASSERT_TRUE(loaded) << loaded.error().say;
  EXPECT_EQ(loaded->incidents, 30U);
  EXPECT_EQ(loaded->entities, 25U);
  EXPECT_EQ(loaded->relations, 22U);
  EXPECT_EQ(loaded->actions, 4U);
  const std::string saved = save();
  ASSERT_TRUE(load(sample("case_context.jsonl") + sample("case.jsonl")));
  EXPECT_EQ(save(), saved);
  ASSERT_TRUE(load(saved));
  EXPECT_EQ(save(), saved);
  EXPECT_EQ(work().incidents({.consent = "publish_no_names"}).value().size(), 28U);  // all but I-13 and I-30
  EXPECT_EQ(work().incidents({.report = 1}).value().size(), 4U);
}

TEST_F(CaseLines, AreLoadedWholeOrNotAtAll) {
  add_sources();
  const std::string good = sample("case_context.jsonl") + sample("case.jsonl");
  const std::string before = save();
  const std::pair<std::string, const char*> wrong[] = {
      {"{\"id\": \"I-99\", \"types\": [\"threat.invented\"]}", "Line 84: types: not a code"},
      {"{\"id\": \"I-99\", \"types\": [\"threat.death\"], \"targets\": [{\"entity\": \"E-Q\"}]}",
       "Line 84: targets: there is no entity E-Q"},
      {"{\"kind\": \"relation\", \"from\": \"E-A\", \"to\": \"E-Q\", \"type\": \"works_for\"}",
       "Line 84: There is no entity E-Q"},
      {"{\"kind\": \"action\", \"id\": \"A-9\", \"type\": \"letter\", \"covers\": [\"I-77\"]}",
       "Line 84: covers: there is no incident I-77"},
      {"{\"kind\": \"song\"}", "Line 84: kind"},
      {"nonsense", "Line 84: It is not JSON"},
  };
  for (const auto& [line, fault] : wrong) {
    const auto loaded = load(good + "\n" + line + "\n");
    ASSERT_FALSE(loaded) << line;
    EXPECT_THAT(loaded.error().say, HasSubstr(fault));
    EXPECT_EQ(save(), before);
  }
  names = {};
  EXPECT_THAT(load(good).error().say, HasSubstr("R-ru is neither the number nor the id of a report"));
  EXPECT_THAT(work().incidents().value(), IsEmpty());
}

}  // namespace
}  // namespace sandyk::desk
