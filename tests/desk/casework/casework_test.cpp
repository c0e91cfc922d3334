#include "desk/casework/casework.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk/casework/case_texts.h"
#include "tests/desk/casework/a_case_file.h"

namespace sandyk::desk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using CaseworkTest = ACaseFile;

std::vector<std::string> ids(const std::vector<Incident>& incidents) {
  std::vector<std::string> ids;
  for (const Incident& one : incidents) ids.push_back(one.id);
  return ids;
}

When day(std::string_view text) {
  return {*PartialDate::parse(text), {}, "day", ""};
}

TEST_F(CaseworkTest, KeepsWhatItIsGiven) {
  const auto report = add("text", {{"consent", "count"}, {"consent", "publish_no_names"}});
  ASSERT_TRUE(work().put(entity("E-A", "person", "Person A")));
  Incident one = incident("I-01");
  one.title = "A title";
  one.when = day("2031-11-22");
  one.targets = {{"E-A", "lawyer"}};
  one.sources = {{std::to_string(report), "self"}};
  one.consent = {"count"};
  const auto stored = work().put(one);
  ASSERT_TRUE(stored) << stored.error().say;
  reopen();
  const auto again = work().incident("I-01").value();
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *stored);
  EXPECT_EQ(again->sources.at(0).report.size(), 64U);  // by its id, whatever the number
  EXPECT_EQ(work().next_incident_id().value(), "I-02");
}

TEST_F(CaseworkTest, AnIncidentAllowsNoMoreThanTheStrictestOfItsReports) {
  const auto wide = add("a", {{"consent", "count"}, {"consent", "publish_no_names"}});
  const auto narrow = add("b", {{"consent", "count"}});
  const auto silent = add("c");
  Incident one = incident("I-01");
  one.sources = {{std::to_string(wide), ""}, {std::to_string(narrow), ""}};
  EXPECT_THAT(work().put(one)->consent, ElementsAre("count"));
  one.consent = {"count", "publish_no_names"};
  EXPECT_THAT(work().put(one).error().say, HasSubstr("wider than the strictest"));
  one.consent = {"desk_only"};
  EXPECT_TRUE(work().put(one));
  one.consent = {"count"};
  ASSERT_TRUE(work().put(one));
  EXPECT_THAT(work().add_source("I-01", silent)->consent, ElementsAre("desk_only"));
}

TEST_F(CaseworkTest, WhatAReportAllowedStaysWhenItIsDeleted) {
  const auto report = add("a", {{"consent", "count"}});
  Incident one = incident("I-01");
  one.sources = {{std::to_string(report), ""}};
  ASSERT_TRUE(work().put(one));
  ASSERT_TRUE(file->destroy(report, a_day, "asked for"));
  one.consent = {"count", "publish_no_names"};
  EXPECT_FALSE(work().put(one));
  one.consent = {"count"};
  EXPECT_TRUE(work().put(one));
}

TEST_F(CaseworkTest, ReferencesMustExist) {
  Incident one = incident("I-01");
  one.targets = {{"E-A", "lawyer"}};
  EXPECT_THAT(work().put(one).error().say, HasSubstr("there is no entity E-A"));
  one.targets = {};
  one.case_id = "CASE-1";
  EXPECT_THAT(work().put(one).error().say, HasSubstr("there is no case CASE-1"));
  one.case_id = "";
  one.links = {{"I-09", "follows"}};
  EXPECT_THAT(work().put(one).error().say, HasSubstr("there is no incident or entity I-09"));
  one.links = {};
  one.sources = {{"7", ""}};
  EXPECT_THAT(work().put(one).error().say, HasSubstr("not in the case file"));
  EXPECT_THAT(work().incidents().value(), IsEmpty());
  EXPECT_FALSE(work().put(Relation{"E-A", "E-B", "relative_of"}));
  Action action;
  action.id = "A-1";
  action.type = "letter";
  action.covers = {"I-01"};
  EXPECT_FALSE(work().put(action));
}

TEST_F(CaseworkTest, WhatIsNamedIsNotTakenAway) {
  ASSERT_TRUE(work().put(entity("E-A", "person", "Person A")));
  ASSERT_TRUE(work().put(entity("E-B", "person", "Person B")));
  ASSERT_TRUE(work().put(Relation{"E-B", "E-A", "relative_of"}));
  EXPECT_FALSE(work().remove_entity("E-A"));
  ASSERT_TRUE(work().remove(Relation{"E-B", "E-A", "relative_of"}));
  ASSERT_TRUE(work().put(incident("I-01")));
  Incident two = incident("I-02");
  two.links = {{"I-01", "follows"}};
  two.targets = {{"E-A", ""}};
  ASSERT_TRUE(work().put(two));
  EXPECT_FALSE(work().remove_entity("E-A"));
  EXPECT_FALSE(work().remove_incident("I-01"));
  ASSERT_TRUE(work().remove_incident("I-02"));
  EXPECT_TRUE(work().remove_incident("I-01"));
  EXPECT_TRUE(work().remove_entity("E-A"));
  EXPECT_THAT(work().entities().value().size(), 1U);
}

TEST_F(CaseworkTest, Filters) {
  const auto report = add("a");
  ASSERT_TRUE(work().put(entity("E-A", "person", "Person A")));
  Case one_case;
  one_case.id = "CASE-1";
  one_case.title = "A case";
  one_case.opened = PartialDate::parse("2031-11-01");
  ASSERT_TRUE(work().put(one_case));
  Incident one = incident("I-01", "threat.death"), two = incident("I-02", "digital.ddos");
  one.when = day("2031-12-20");
  one.targets = {{"E-A", ""}};
  one.case_id = "CASE-1";
  two.when = day("2031-11-20");
  two.where.region = "KG-GB";
  two.sources = {{std::to_string(report), ""}};
  ASSERT_TRUE(work().put(one));
  ASSERT_TRUE(work().put(two));
  EXPECT_THAT(ids(work().incidents().value()), ElementsAre("I-02", "I-01"));
  EXPECT_THAT(ids(work().incidents({.case_id = "CASE-1"}).value()), ElementsAre("I-01"));
  EXPECT_THAT(ids(work().incidents({.entity = "E-A"}).value()), ElementsAre("I-01"));
  EXPECT_THAT(ids(work().incidents({.family = "digital"}).value()), ElementsAre("I-02"));
  EXPECT_THAT(ids(work().incidents({.region = "KG-GB"}).value()), ElementsAre("I-02"));
  EXPECT_THAT(ids(work().incidents({.consent = "desk_only"}).value()), ElementsAre("I-02", "I-01"));
  EXPECT_THAT(ids(work().incidents({.report = report}).value()), ElementsAre("I-02"));
  EXPECT_THAT(ids(work().incidents({.from = PartialDate::parse("2031-12")}).value()), ElementsAre("I-01"));
  EXPECT_THAT(ids(work().incidents({.to = PartialDate::parse("2031-11")}).value()), ElementsAre("I-02"));
  EXPECT_THAT(work().reports_of({.family = "digital"}).value(), ElementsAre(report));
  EXPECT_THAT(work().reports_of({.family = "threat"}).value(), IsEmpty());
}

TEST_F(CaseworkTest, IsSearchedAsReportsAre) {
  Incident one = incident("I-01");
  one.title = "Звонок в Өзгөн";
  ASSERT_TRUE(work().put(one));
  ASSERT_TRUE(work().put(entity("E-A", "person", "Ёжик")));
  auto& db = file->database();
  EXPECT_THAT(search_texts(db, "озгон", "incident", 9).value(), ElementsAre("I-01"));
  EXPECT_THAT(search_texts(db, "ежи", "entity", 9).value(), ElementsAre("E-A"));
  EXPECT_THAT(search_texts(db, "ежи", "incident", 9).value(), IsEmpty());
  one.title = "Другое";
  ASSERT_TRUE(work().put(one));
  EXPECT_THAT(search_texts(db, "озгон", "incident", 9).value(), IsEmpty());
}

/// A backup has what staff wrote; what is made from it comes back with the case file's opening.
TEST_F(CaseworkTest, ComesBackFromABackup) {
  const auto report = add("a", {{"consent", "count"}});
  Incident one = incident("I-01");
  one.title = "A title to search";
  one.sources = {{std::to_string(report), "self"}};
  ASSERT_TRUE(work().put(one));
  const auto backup = file->back_up(a_day).value();
  file.reset();
  std::filesystem::copy_file(backup, case_database(home()),
                             std::filesystem::copy_options::overwrite_existing);
  for (const char* log : {"-wal", "-shm"}) std::filesystem::remove(case_database(home()).string() + log);
  reopen();
  EXPECT_EQ(work().incident("I-01").value()->sources.size(), 1U);
  EXPECT_THAT(ids(work().incidents({.family = "threat"}).value()), ElementsAre("I-01"));
  EXPECT_THAT(search_texts(file->database(), "search", "incident", 9).value(), ElementsAre("I-01"));
}

TEST_F(CaseworkTest, CodingStandsInTheChainOfCustody) {
  const auto report = add("a");
  Incident one = incident("I-01");
  one.sources = {{std::to_string(report), ""}};
  file->act_as("desk-2");
  ASSERT_TRUE(work().put(one));
  ASSERT_TRUE(work().put(one));
  one.sources = {};
  ASSERT_TRUE(work().put(one));
  std::vector<std::string> acts;
  ASSERT_TRUE(rows::for_each(file->database(),
                             "SELECT act || ' ' || detail || ' ' || role FROM custody ORDER BY n",
                             [&](const storage::Statement& row) { acts.emplace_back(row.text(0).value()); }));
  ASSERT_EQ(acts.size(), 3U);
  EXPECT_EQ(acts[1], "coded into incident I-01 desk-2");
  EXPECT_EQ(acts[2], "coded no longer a source of incident I-01 desk-2");
}

}  // namespace
}  // namespace sandyk::desk
