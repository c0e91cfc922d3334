#include "desk/casework/incident.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "desk/casework/action.h"
#include "desk/casework/case.h"
#include "desk/casework/consent.h"
#include "desk/casework/entity.h"
#include "desk/casework/relation.h"

namespace sandyk::desk {
namespace {

using crypto::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Json> lines_of(const std::string& sample) {
  std::ifstream in(std::string(SANDYK_TESTS_FOLDER "/samples/") + sample);
  std::vector<Json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

Json minimal() {
  return {{"id", "I-01"}, {"types", {"threat.death"}}};
}

std::string fault_of(const Json& json) {
  const auto read = parse_incident(json, UnknownCodes::refused);
  return read ? "none" : read.error().say;
}

TEST(Incident, TheThirtyOfTheSampleComeBackAsTheyWere) {
  const auto lines = lines_of("case.jsonl");
  ASSERT_EQ(lines.size(), 30U);
  for (const Json& line : lines) {
    const auto read = parse_incident(line, UnknownCodes::refused);
    ASSERT_TRUE(read) << read.error().say;
    const Json written = write_incident(*read);
    // Compared without regard to the order of members, which ordered_json has and JSON has not.
    EXPECT_EQ(nlohmann::json::parse(written.dump()), nlohmann::json::parse(line.dump()));
    EXPECT_EQ(parse_incident(written, UnknownCodes::refused).value(), *read);
  }
}

TEST(Incident, HasItsDefaults) {
  const auto read = parse_incident(minimal(), UnknownCodes::refused).value();
  EXPECT_EQ(read.verification, "unreviewed");
  EXPECT_TRUE(read.consent.empty());
  EXPECT_FALSE(read.when);
}

TEST(Incident, SaysWhatIsWrongAndWhere) {
  const std::pair<Json, const char*> wrong[] = {
      {Json::array(), "not a JSON object"},
      {{{"types", {"threat.death"}}}, "id: it is missing"},
      {{{"id", "I 1"}, {"types", {"threat.death"}}}, "id: not an id"},
      {{{"id", "I-1"}, {"types", Json::array()}}, "types: it is empty"},
      {{{"id", "I-1"}, {"types", {"threat.invented"}}}, "types: not a code of the list incident_type"},
      {{{"id", "I-1"}, {"types", {"threat.death", "threat.death"}}}, "types: the same code twice"},
  };
  for (const auto& [json, fault] : wrong) EXPECT_THAT(fault_of(json), HasSubstr(fault));
  const std::pair<Json, const char*> members[] = {
      {{{"where", {{"street", "x"}}}}, "where.street: there is no such field"},
      {{{"where", {{"country", "Kyrgyzstan"}}}}, "where.country: not a country"},
      {{{"targets", {{{"role", "lawyer"}}, {{"role", "king"}}}}},
       "targets[1].role: not a code of the list target_role"},
      {{{"targets", "x"}}, "targets: not a list"},
      {{{"targets", {"x"}}}, "targets[0]: not an object"},
      {{{"title", std::string(161, 'x')}}, "title: longer than 160 letters"},
      {{{"title", ""}}, "title: it is empty"},
      {{{"title", nullptr}}, "title: it is empty"},
      {{{"impact", {{"outage_hours", -1}}}}, "impact.outage_hours: not a number"},
      {{{"impact", {{"relocated", "yes"}}}}, "impact.relocated: neither true nor false"},
      {{{"links", {{{"to", "I-01"}, {"type", "follows"}}}}}, "links: an incident is not linked to itself"},
      {{{"consent", {"desk_only", "count"}}}, "consent: desk_only allows nothing else"},
      {{{"evidence", {{{"id", "EV-1"}, {"kind", "photo"}, {"sha256", "ab"}}}}},
       "evidence[0].sha256: not a SHA-256"},
      {{{"surprise", 1}}, "surprise: there is no such field"},
      {{{"<b>", 1}}, "?: there is no such field"},
      {{{"trigger", Json(65, {{"type", "rally"}})}}, "trigger: more than 64 entries"},
  };
  for (const auto& [more, fault] : members) {
    Json json = minimal();
    json.update(more);
    EXPECT_THAT(fault_of(json), HasSubstr(fault));
  }
}

TEST(Incident, ItsDateIsAsPreciseAsItIsWritten) {
  const auto when = [](Json value) {
    Json json = minimal();
    json["when"] = std::move(value);
    return parse_incident(json, UnknownCodes::refused);
  };
  EXPECT_EQ(when({{"start", "2031-12"}})->when->precision, "month");
  EXPECT_EQ(when({{"start", "2031-12"}})->when->last_day(), PartialDate::parse("2031-12-31")->first_day());
  EXPECT_EQ(when({{"start", "2032-02"}})->when->last_day(), PartialDate::parse("2032-02-29")->first_day());
  EXPECT_EQ(when({{"start", "2031-12-01"}, {"precision", "week"}})->when->last_day(),
            PartialDate::parse("2031-12-07")->first_day());
  EXPECT_TRUE(when({{"start", "2031-12-31"}, {"end", "2031-12"}}));
  for (const Json& wrong : {Json{{"start", "2031-13"}}, Json{{"start", "2031-02-29"}},
                            Json{{"start", "soon"}}, Json{{"start", "2031-12-05"}, {"end", "2031-12-04"}},
                            Json{{"end", "2031"}}, Json{{"start", "2031-12"}, {"precision", "day"}},
                            Json{{"start", "2031-12-05"}, {"precision", "month"}}})
    EXPECT_FALSE(when(wrong)) << wrong;
}

TEST(Incident, CodesOfANewerVocabularyAreKeptWhereTheyAreStored) {
  Json json = minimal();
  json["channel"] = {"pigeon"};
  EXPECT_FALSE(parse_incident(json, UnknownCodes::refused));
  EXPECT_THAT(parse_incident(json, UnknownCodes::kept)->channel, ElementsAre("pigeon"));
}

TEST(Incident, TellsItsFamilies) {
  Json json = minimal();
  json["types"] = {"threat.death", "threat.violence", "movement.border_stop"};
  EXPECT_THAT(families_of(*parse_incident(json, UnknownCodes::refused)), ElementsAre("threat", "movement"));
}

TEST(CaseContext, TheSampleComesBackAsItWas) {
  std::map<std::string, int> count;
  for (Json line : lines_of("case_context.jsonl")) {
    const std::string kind = line.at("kind");
    line.erase("kind");
    if (kind == "entity") {
      line["kind"] = line.at("entity_kind");
      line.erase("entity_kind");
      const auto read = parse_entity(line, UnknownCodes::refused);
      ASSERT_TRUE(read) << read.error().say;
      EXPECT_EQ(parse_entity(write_entity(*read), UnknownCodes::refused).value(), *read);
    } else if (kind == "relation") {
      EXPECT_EQ(write_relation(parse_relation(line, UnknownCodes::refused).value()), line);
    } else if (kind == "action") {
      const auto read = parse_action(line, UnknownCodes::refused);
      ASSERT_TRUE(read) << read.error().say;
      EXPECT_EQ(write_action(*read), line);
    } else {
      const auto read = parse_case(line, UnknownCodes::refused);
      ASSERT_TRUE(read) << read.error().say;
      EXPECT_EQ(parse_case(write_case(*read), UnknownCodes::refused).value(), *read);
    }
    ++count[kind];
  }
  EXPECT_THAT(count, ElementsAre(std::pair("action", 4), std::pair("case", 1), std::pair("entity", 25),
                                 std::pair("relation", 22)));
}

TEST(Consent, IsTheStrictest) {
  const Consent wide{"call_authorities", "count", "publish_no_names"}, counted{"count"}, none;
  EXPECT_THAT(strictest(std::vector{wide, counted}), ElementsAre("count"));
  EXPECT_THAT(strictest(std::vector<Consent>{wide}),
              ElementsAre("count", "publish_no_names", "call_authorities"));
  EXPECT_THAT(strictest(std::vector{wide, none}), ElementsAre("desk_only"));
  EXPECT_THAT(strictest(std::vector{wide, Consent{"desk_only", "count"}}), ElementsAre("desk_only"));
  EXPECT_THAT(strictest(std::vector<Consent>{}), ElementsAre("desk_only"));
  EXPECT_TRUE(is_within(counted, wide));
  EXPECT_FALSE(is_within(wide, counted));
  EXPECT_TRUE(is_within({"desk_only"}, counted));
  EXPECT_FALSE(is_within(counted, {"desk_only"}));
}

}  // namespace
}  // namespace sandyk::desk
