// The list of reports, one report, and what staff decide at first sight.
#include <gmock/gmock.h>

#include "desk/casework/casework.h"
#include "desk/screen/report_list.h"
#include "desk/triage.h"
#include "tests/desk/screen.h"

namespace sandyk::desk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ScreenReports : public ScreenTest {
 protected:
  std::vector<std::int64_t> listed(const std::string& query = "") {
    const auto list = get("/api/reports" + query);
    EXPECT_EQ(list.status, 200) << list.json;
    std::vector<std::int64_t> found;
    if (list.status != 200) return found;
    for (const auto& row : list.json["rows"]) found.push_back(row["n"]);
    total = list.json["total"];
    next = list.json.value("next", "");
    return found;
  }
  std::int64_t total = 0;
  std::string next;
};

TEST_F(ScreenReports, StandInTheOrderInWhichTheyAreToBeSeen) {
  add({1, "old", "2026-11-20"});
  add({2, "new", "2026-11-23"});
  add({3, "soon", "2026-11-01", "report", {{"danger", "soon"}}});
  add({4, "now", "2026-11-02", "report", {{"danger", "now"}}});
  add({5, "takes back", "2026-10-01", "withdraw"});
  add({6, "new too", "2026-11-23"});
  serve();
  EXPECT_THAT(listed(), ElementsAre(5, 4, 3, 2, 6, 1));
  EXPECT_EQ(total, 6);
  // Urgent comes forward, spam and what is done go back.
  EXPECT_EQ(post("/api/reports/1/status", R"({"status": "urgent"})").json["status"], "urgent");
  post("/api/reports/4/status", R"({"status": "spam"})");
  post("/api/reports/5/status", R"({"status": "done"})");
  EXPECT_THAT(listed(), ElementsAre(1, 3, 2, 6, 4, 5));
  post("/api/reports/1/status", R"({"status": "new"})");
  EXPECT_THAT(listed(), ElementsAre(3, 2, 6, 1, 4, 5));
}

TEST_F(ScreenReports, GoOnWhereThePageBeforeEnded) {
  for (std::uint8_t i = 1; i <= 10; ++i) add({i, "text", i % 2 == 0 ? "2026-11-22" : "2026-11-23"});
  serve();
  EXPECT_THAT(listed("?limit=4"), ElementsAre(1, 3, 5, 7));
  EXPECT_EQ(total, 10);
  // What moves or comes meanwhile moves nothing else.
  post("/api/reports/3/status", R"({"status": "urgent"})");
  add({11, "text", "2026-11-24"});
  EXPECT_THAT(listed("?limit=4&after=" + next), ElementsAre(9, 2, 4, 6));
  EXPECT_THAT(listed("?limit=4&after=" + next), ElementsAre(8, 10));
  EXPECT_EQ(total, 11);
  EXPECT_EQ(next, "");
  EXPECT_THAT(listed("?limit=2&after=9.0.0"), IsEmpty());
}

TEST_F(ScreenReports, AreFilteredByWhatTheySay) {
  add({1, "a", "2026-11-20", "report", {{"what", "threat"}, {"region", "KG-O"}, {"consent", "count"}}});
  add({2, "b", "2026-11-21", "report", {{"what", "legal"}, {"what", "threat"}, {"consent", "desk_only"}}});
  add({3, "c", "2026-11-22", "report", {{"danger", "now"}}});
  serve();
  EXPECT_THAT(listed("?family=threat"), ElementsAre(2, 1));
  EXPECT_THAT(listed("?family=legal"), ElementsAre(2));
  EXPECT_THAT(listed("?region=KG-O"), ElementsAre(1));
  EXPECT_THAT(listed("?danger=now"), ElementsAre(3));
  EXPECT_THAT(listed("?consent=count"), ElementsAre(1));
  EXPECT_THAT(listed("?consent=desk_only"), ElementsAre(3, 2));  // who says nothing means that
  EXPECT_THAT(listed("?from=2026-11-21"), ElementsAre(3, 2));
  EXPECT_THAT(listed("?to=2026-11-21"), ElementsAre(2, 1));
  EXPECT_THAT(listed("?from=2026-11-21&to=2026-11-21&family=threat"), ElementsAre(2));
  EXPECT_THAT(listed("?family=threat&region=KG-B"), IsEmpty());
  post("/api/reports/2/status", R"({"status": "case"})");
  EXPECT_THAT(listed("?status=case"), ElementsAre(2));
  EXPECT_THAT(listed("?status=new&family=threat"), ElementsAre(1));
  const auto decided = get("/api/reports/2").json;
  EXPECT_EQ(decided["custody"].back()["act"], "triage");
  EXPECT_EQ(decided["custody"].back()["detail"], "case");
}

TEST_F(ScreenReports, AreFilteredByWhatWasCodedFromThem) {
  add({1});
  add({2});
  add({3});
  Casework work(*file, day("2026-11-24"));
  Entity person;
  person.id = "E-A";
  person.kind = "person";
  person.label = "Person A";
  ASSERT_TRUE(work.put(person));
  Incident incident;
  incident.id = "I-01";
  incident.case_id = "CASE-0001";
  incident.types = {"threat.death"};
  incident.targets = {{"E-A", "lawyer"}};
  incident.sources = {{"2", ""}};
  ASSERT_TRUE(work.put(incident, References::later));
  serve();
  EXPECT_THAT(listed("?entity=E-A"), ElementsAre(2));
  EXPECT_THAT(listed("?entity=E-B"), IsEmpty());
  EXPECT_THAT(listed("?case=CASE-0001"), ElementsAre(2));
  EXPECT_THAT(listed("?case=CASE-0001&status=spam"), IsEmpty());
  EXPECT_EQ(get("/api/reports/2").json["incidents"], (crypto::Json{"I-01"}));
  EXPECT_EQ(get("/api/reports/1").json["incidents"], crypto::Json::array());
}

TEST_F(ScreenReports, AreFoundInAnySpelling) {
  add({1, "Ёлка под окном"});
  add({2, "елки нет", "2026-11-24"});
  add({3, "Үй өрттөнүп кетти", "2026-11-22", "report", {{"what", "property"}}});
  serve();
  EXPECT_THAT(listed("?words=%D0%B5%D0%BB%D0%BA"), ElementsAre(2, 1));         // елк
  EXPECT_THAT(listed("?words=%D1%91%D0%BB%D0%BA%D0%B0"), ElementsAre(1));      // ёлка
  EXPECT_THAT(listed("?words=%D1%83%D0%B9&family=property"), ElementsAre(3));  // уй
  EXPECT_THAT(listed("?words=%D1%83%D0%B9&status=spam"), IsEmpty());
  EXPECT_THAT(listed("?words=%22%20OR%20folded%3A*"), IsEmpty());
  EXPECT_THAT(listed("?words=%2A"), IsEmpty());  // not a word: nothing holds it
  EXPECT_THAT(listed("?words=%D0%B5%D0%BB%D0%BA&limit=1"), ElementsAre(2));
  EXPECT_EQ(total, 2);
  EXPECT_THAT(listed("?words=%D0%B5%D0%BB%D0%BA&limit=1&after=" + next), ElementsAre(1));
}

TEST_F(ScreenReports, RefuseWhatNoListHas) {
  serve();
  for (const char* query : {"?status=old", "?from=yesterday", "?to=2026-13-01", "?after=1.2", "?after=1.2.3x",
                            "?after=01.2.3", "?limit=0", "?limit=1001", "?limit=x"})
    EXPECT_EQ(get(std::string("/api/reports") + query).status, 400) << query;
  EXPECT_EQ(get("/api/reports/1").status, 404);
  EXPECT_EQ(get("/api/reports/0").status, 404);
  EXPECT_EQ(get("/api/reports/x").status, 404);
  EXPECT_EQ(post("/api/reports/1/status", R"({"status": "spam"})").status, 404);
  EXPECT_EQ(post("/api/reports/1/read").status, 404);
  EXPECT_EQ(post("/api/reports/1/status", R"({"status": "lost"})").status, 400);
  EXPECT_EQ(post("/api/reports/1/status", R"({})").status, 400);
}

TEST_F(ScreenReports, AreSeenWhole) {
  add({1,
       "<script>\"ё\"",
       "2026-11-23",
       "report",
       {{"what", "threat"}, {"danger", "soon"}},
       {"\xFF\xD8\xFFx", "y"}});
  serve();
  const auto seen = get("/api/reports/1");
  ASSERT_EQ(seen.status, 200);
  const auto& report = seen.json;
  EXPECT_EQ(report["document"]["narrative"], "<script>\"ё\"");
  EXPECT_EQ(report["families"], (crypto::Json{"threat"}));
  EXPECT_EQ(report["danger"], "soon");
  EXPECT_EQ(report["consent"], (crypto::Json{"desk_only"}));
  EXPECT_EQ(report["week"], "2026-W48");
  EXPECT_EQ(report["id"], crypto::report_id(crypto::Bytes{1}).hex());
  EXPECT_EQ(report["sealed"]["size"], sealed.size());
  EXPECT_EQ(report["sealed"]["sha256"], report["id"]);
  ASSERT_EQ(report["attachments"].size(), 2U);
  EXPECT_EQ(report["attachments"][0]["name"], "a1");
  EXPECT_EQ(report["attachments"][0]["type"], "image/jpeg");
  EXPECT_EQ(report["attachments"][0]["shown"], true);
  EXPECT_EQ(report["attachments"][1]["type"], "text/plain");
  EXPECT_EQ(report["attachments"][1]["shown"], false);
  EXPECT_EQ(report["attachments"][1]["size"], 1);
  EXPECT_EQ(report["attachments"][1]["sha256"], crypto::sha256(crypto::Bytes{'y'}).hex());
  EXPECT_EQ(report["deleted"], false);
  EXPECT_EQ(report["custody"][0]["act"], "imported");
  EXPECT_EQ(report["unread"], true);
}

TEST_F(ScreenReports, RememberWhoViewedThem) {
  add({1});
  file->act_as("desk-7");
  serve();
  EXPECT_EQ(post("/api/reports/1/read").json["unread"], false);
  EXPECT_EQ(post("/api/reports/1/read").status, 200);
  file->act_as("desk-8");
  EXPECT_EQ(post("/api/reports/1/read").status, 200);
  std::vector<std::string> acts;
  const auto seen = get("/api/reports/1").json;
  for (const auto& entry : seen["custody"])
    acts.push_back(entry["act"].get<std::string>() + " " + entry["by"].get<std::string>());
  EXPECT_THAT(acts, ElementsAre("imported desk-1", "viewed desk-7", "viewed desk-8"));
  // A status leaves it read, and reading leaves the status.
  post("/api/reports/1/status", R"({"status": "case"})");
  post("/api/reports/1/read");
  EXPECT_EQ(get("/api/reports").json["rows"][0]["status"], "case");
  EXPECT_EQ(get("/api/reports").json["rows"][0]["unread"], false);
}

TEST_F(ScreenReports, OfADeletedOneItsNameAndCustodyAreLeft) {
  add({1, "secret words"});
  add({2});
  serve();
  post("/api/reports/1/status", R"({"status": "urgent"})");
  ASSERT_TRUE(file->destroy(1, day("2026-11-25"), "asked for"));
  EXPECT_THAT(listed(), ElementsAre(2));
  EXPECT_THAT(listed("?words=secret"), IsEmpty());
  const auto left = get("/api/reports/1");
  ASSERT_EQ(left.status, 200);
  EXPECT_EQ(left.json["deleted"], true);
  EXPECT_EQ(left.json["first"], "");
  EXPECT_EQ(left.json["document"], crypto::Json::object());
  EXPECT_EQ(left.json["custody"].size(), 3U);
  EXPECT_EQ(left.json["custody"][2]["act"], "deleted");
  EXPECT_EQ(left.json.dump().find("secret"), std::string::npos);
  EXPECT_EQ(post("/api/reports/1/status", R"({"status": "new"})").status, 404);
}

TEST_F(ScreenReports, AreCounted) {
  add({1});
  add({2, "x", "2026-11-23", "withdraw"});
  add({3});
  serve();
  post("/api/reports/3/status", R"({"status": "spam"})");
  const auto state = get("/api/state").json;
  EXPECT_EQ(state["counts"]["new"], 2);
  EXPECT_EQ(state["counts"]["spam"], 1);
  EXPECT_EQ(state["counts"]["urgent"], 0);
  EXPECT_EQ(state["counts"]["withdrawals"], 1);
  for (const char* none : {"due", "overdue", "suggestions"}) EXPECT_EQ(state["counts"][none], 0) << none;
  EXPECT_EQ(state["lang"], "ru");
  EXPECT_EQ(state["desk"], "desk-1");
  EXPECT_EQ(state["version"], "1.2.3");
  post("/api/reports/2/status", R"({"status": "done"})");
  EXPECT_EQ(get("/api/state").json["counts"]["withdrawals"], 0);
}

TEST_F(ScreenReports, KeepDecisionsInABackup) {
  add({1});
  ASSERT_TRUE(set_status(file->database(), 1, "urgent").value());
  const auto backup = file->back_up(day("2026-11-24")).value();
  file.reset();
  std::filesystem::copy_file(backup, case_database(Home(folder / "home")),
                             std::filesystem::copy_options::overwrite_existing);
  auto restored = std::move(
      CaseFile::open(Home(folder / "home"), crypto::SecretText(crypto::bytes_of("six invented words")))
          .value());
  ASSERT_TRUE(restored.list(1, {"report", {}, "text", "text", 4, 0, "", "", {}}));
  EXPECT_EQ(row_of(restored, 1).value().value()["status"], "urgent");
}

TEST(QueuePlace, HasOneSpelling) {
  const QueuePlace place{3, -20780, 17};
  EXPECT_EQ(place.text(), "3.-20780.17");
  EXPECT_EQ(QueuePlace::parse(place.text()), place);
  for (const char* wrong : {"", ".", "3", "3.-20780", "3.-20780.", "3.-20780.17.", "03.1.1", "+3.1.1",
                            " 3.1.1", "3.1.1 ", "3.-0.1", "3,1,1", "99999999999999999999.1.1"})
    EXPECT_FALSE(QueuePlace::parse(wrong)) << wrong;
}

}  // namespace
}  // namespace sandyk::desk
