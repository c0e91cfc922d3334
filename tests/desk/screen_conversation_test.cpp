// Talking with a reporter, and taking a report back, over the screen.
#include <gmock/gmock.h>

#include "desk/conversation.h"
#include "tests/desk/screen.h"

namespace sandyk::desk {
namespace {

using report::ThreadKind;

class ScreenConversation : public ScreenTest {
 protected:
  ScreenConversation() {
    add_conversation_routes(*server, *desk);
    std::filesystem::create_directories(folder / "home/orgs/aikyn");
  }

  /// A report of the thread whose ids and keys are all ones.
  void hear(std::uint8_t number, ThreadKind kind, std::string_view words) {
    report::Thread of{
        {1}, crypto::ReplyKey::make([](auto out) { std::ranges::fill(out, 1); }), {1}, kind, 1, 1, {}, {}};
    if (kind != ThreadKind::report) of.signature.emplace().fill(1);
    const auto kept = write_kept_thread(of, kind != ThreadKind::report);
    const std::string document = crypto::Json{{"v", "1.0.0"}, {"narrative", words}}.dump();
    NewReport made{crypto::report_id(crypto::Bytes{number}),
                   crypto::Week(day("2026-11-23")),
                   *crypto::EpochId::parse(std::string(32, 'a')),
                   day("2026-11-23"),
                   false,
                   {{"report.json", crypto::bytes_of(document)}, {"thread", kept}},
                   {}};
    made.glance.kind = kind == ThreadKind::withdraw ? "withdraw" : "report";
    made.glance.thread.emplace(of.thread.begin(), of.thread.end());
    made.glance.first = words;
    ASSERT_TRUE(file->add({made}, day("2026-11-24")));
  }
};

TEST_F(ScreenConversation, IsHeldAndWarnsOfWordsThatTell) {
  hear(1, ThreadKind::report, "They followed Aibek.");
  serve();
  const auto telling = post("/api/reports/1/answers", R"({"text": "We called Aibek."})");
  EXPECT_EQ(telling.status, 409);
  EXPECT_EQ(telling.json["telling"], crypto::Json({"Aibek"}));
  EXPECT_TRUE(get("/api/reports/1/conversation").json["answers"].empty());

  const auto written = post("/api/reports/1/answers", R"({"text": "We read it."})");
  EXPECT_EQ(written.status, 200) << written.json;
  EXPECT_EQ(post("/api/reports/1/answers", R"({"text": "We called Aibek.", "anyway": true})").status, 200);
  const auto said = get("/api/reports/1/conversation").json;
  ASSERT_EQ(said["answers"].size(), 2U) << said;
  EXPECT_EQ(said["answers"][0]["text"], "We read it.");
  EXPECT_EQ(said["answers"][0]["organisation"], "aikyn");
  EXPECT_EQ(said["heard"][0]["first"], "They followed Aibek.");
}

TEST_F(ScreenConversation, RefusesWhatIsNoAnswer) {
  hear(1, ThreadKind::report, "words");
  add({2, "without a thread"});
  serve();
  EXPECT_EQ(post("/api/reports/1/answers", R"({"text": ""})").status, 400);
  EXPECT_EQ(post("/api/reports/1/answers", "{}").status, 400);
  EXPECT_EQ(post("/api/reports/1/answers", R"({"text": "a", "organisation": "other"})").status, 400);
  EXPECT_EQ(get("/api/reports/2/conversation").status, 404);
  EXPECT_EQ(post("/api/reports/9/answers", R"({"text": "a"})").status, 404);
}

TEST_F(ScreenConversation, HasReadyMadeWordsInThreeLanguages) {
  serve();
  const auto en = get("/api/phrases?lang=en").json, ky = get("/api/phrases?lang=ky").json;
  ASSERT_FALSE(en.empty());
  ASSERT_EQ(en.size(), ky.size());
  EXPECT_NE(en[0]["text"], ky[0]["text"]);
}

TEST_F(ScreenConversation, CarriesOutAWithdrawal) {
  hear(1, ThreadKind::report, "words");
  hear(2, ThreadKind::withdraw, "I withdraw my report.");
  serve();
  const auto waiting = get("/api/withdrawals").json;
  ASSERT_EQ(waiting.size(), 1U) << waiting;
  EXPECT_EQ(waiting[0]["reaches"], crypto::Json({1, 2}));
  EXPECT_FALSE(waiting[0]["not_reached"].empty());
  EXPECT_EQ(post("/api/withdrawals/1/carry-out").status, 400);
  EXPECT_EQ(post("/api/withdrawals/2/carry-out").json["destroyed"], 2);
  EXPECT_TRUE(get("/api/withdrawals").json.empty());
  EXPECT_TRUE(get("/api/reports/1").json["deleted"]);
  EXPECT_FALSE(file->content(1, "report.json").value());
}

}  // namespace
}  // namespace sandyk::desk
