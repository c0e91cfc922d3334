#include "desk/casework/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "desk/casework/case_texts.h"
#include "desk/casework/notes.h"
#include "desk/triage.h"
#include "tests/desk/casework/a_case_file.h"

namespace sandyk::desk {
namespace {

using crypto::SigningKey;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RetentionTest : public ACaseFile {
 protected:
  RetentionTest() {
    policy = DeskPolicy{
        own.verify_key().site(), 1, a_day, a_day + std::chrono::days(300), "desk", {officer.verify_key()},
        suggested_classes()};
  }

  RetentionLists lists(std::string_view today) {
    Casework casework(*file, *crypto::Date::parse(today));
    return retention_lists(casework, policy).value();
  }
  std::vector<std::int64_t> overdue(std::string_view today) {
    std::vector<std::int64_t> found;
    for (const Kept& kept : lists(today).overdue) found.push_back(kept.n);
    return found;
  }
  tl::expected<std::size_t, Problem> destroy(std::string_view today, std::vector<std::int64_t> which) {
    Casework casework(*file, *crypto::Date::parse(today));
    return destroy_overdue(casework, policy, which);
  }
  crypto::ReportId id_of(std::int64_t n) {
    return crypto::report_id(crypto::Bytes{static_cast<std::uint8_t>(n)});
  }
  Order order(const std::string& act, std::int64_t n) {
    Order one{own.verify_key().site(), std::string(16, 'b'), act, "court", {id_of(n)}, {}, {}, {}};
    if (act == "hold") one.until = one.review_by = *crypto::Date::parse("2033-01-01");
    return one;
  }
  static void approve(Order& order, const SigningKey& key) {
    const auto what = order.approvable();
    order.signed_by.push_back(
        {key.verify_key(),
         key.sign(crypto::bytes_of(what.text), crypto::SignedKind::statement, what.site, what.mark)});
  }
  tl::expected<std::size_t, Problem> carry(const Order& order) {
    auto casework = work();
    return carry_out(casework, *policy, own.verify_key(), order);
  }
  std::int64_t add_spam(std::string_view text, std::string_view day) {
    const auto n = add(text, {}, day);
    EXPECT_TRUE(set_status(file->database(), n, "spam").value());
    return n;
  }

  SigningKey own = SigningKey::generate(), officer = SigningKey::generate(),
             stranger = SigningKey::generate();
  std::optional<DeskPolicy> policy;
};

TEST_F(RetentionTest, ItsClassComesFromWhatWasDecided) {
  const auto unread = add("a", {}, "2032-01-01");
  const auto spam = add_spam("b", "2032-01-01");
  const auto coded = add("c", {}, "2032-01-01");
  Incident one = incident("I-01");
  one.sources = {{std::to_string(coded), ""}};
  ASSERT_TRUE(work().put(one));
  auto casework = work();
  EXPECT_EQ(retention_of(casework, policy, unread)->retention_class, "intake_unread");
  EXPECT_EQ(retention_of(casework, policy, unread)->due->text(), "2032-03-31");
  EXPECT_EQ(retention_of(casework, policy, spam)->retention_class, "triage_rejected");
  EXPECT_EQ(retention_of(casework, policy, spam)->due->text(), "2032-01-08");
  EXPECT_EQ(retention_of(casework, policy, coded)->retention_class, "open_case");
  EXPECT_TRUE(retention_of(casework, policy, coded)->is_review);
  EXPECT_THAT(overdue("2032-01-08"), IsEmpty());
  EXPECT_THAT(overdue("2032-01-09"), ElementsAre(spam));
  EXPECT_EQ(lists("2032-01-05").due.size(), 1U);
  policy.reset();
  EXPECT_THAT(overdue("2040-01-01"), IsEmpty());
}

TEST_F(RetentionTest, ACaseThatIsClosedLetsItsReportsGo) {
  const auto coded = add("c", {}, "2031-01-01");
  Case one_case;
  one_case.id = "CASE-1";
  one_case.title = "A case";
  one_case.opened = PartialDate::parse("2031-01-01");
  one_case.is_closed = true;
  one_case.closed = PartialDate::parse("2031-06-01");
  ASSERT_TRUE(work().put(one_case));
  Incident one = incident("I-01");
  one.case_id = "CASE-1";
  one.retention_class = "open_case";
  one.sources = {{std::to_string(coded), ""}};
  ASSERT_TRUE(work().put(one));
  EXPECT_THAT(overdue("2032-05-31"), IsEmpty());
  EXPECT_THAT(overdue("2032-06-01"), ElementsAre(coded));
  EXPECT_THAT(destroy("2032-06-01", {coded}).error().say, HasSubstr("two people"));
}

TEST_F(RetentionTest, WhatOnePersonMayDestroyIsDestroyedWithItsKey) {
  const auto spam = add_spam("SPAMWORD", "2032-01-01");
  const auto fresh = add("b", {}, "2032-01-01");
  auto casework = work();
  ASSERT_TRUE(add_note(casework, "report:1", "a note on SPAMWORD"));
  EXPECT_THAT(destroy("2032-01-08", {spam}).error().say, HasSubstr("not due"));
  EXPECT_THAT(destroy("2032-01-09", {spam, fresh}).error().say, HasSubstr("not due"));
  EXPECT_TRUE(file->content(spam, "report.json").value());  // one that may not go keeps all
  EXPECT_EQ(destroy("2032-01-09", {spam}).value(), 1U);
  EXPECT_FALSE(file->content(spam, "report.json").value());
  EXPECT_THAT(notes_on(casework, "report:1").value(), IsEmpty());
  EXPECT_THAT(search_texts(file->database(), "spamword", "note", 9).value(), IsEmpty());
  EXPECT_EQ(file->database()
                .ask_text("SELECT class || ' ' || day || ' ' || why || ' ' || role FROM tombstones")
                .value(),
            "triage_rejected 2032-01-09 retention desk-1");
  EXPECT_TRUE(file->has(id_of(spam)).value());
  EXPECT_THAT(file->check([](auto, auto) {}).value(), IsEmpty());
}

TEST_F(RetentionTest, AnOrderNeedsTwoPeopleOfThePolicy) {
  const auto n = add("a");
  Order destroy = order("destroy", n);
  EXPECT_FALSE(carry(destroy));
  approve(destroy, own);
  EXPECT_FALSE(carry(destroy));
  Order twice = destroy;
  approve(twice, own);
  EXPECT_FALSE(carry(twice));
  Order by_stranger = destroy;
  approve(by_stranger, stranger);
  EXPECT_FALSE(carry(by_stranger));
  approve(destroy, officer);
  Order changed = destroy;
  changed.reason = "other";
  EXPECT_FALSE(carry(changed));
  EXPECT_TRUE(file->content(n, "report.json").value());
  EXPECT_EQ(carry(destroy).value(), 1U);
  EXPECT_FALSE(file->content(n, "report.json").value());
  EXPECT_THAT(file->database().ask_text("SELECT approvals FROM tombstones").value(),
              HasSubstr(officer.verify_key().text()));
  EXPECT_EQ(carry(destroy).value(), 0U);  // again changes nothing
}

TEST_F(RetentionTest, AHoldKeepsWhatIsOverdue) {
  const auto spam = add_spam("a", "2032-01-01");
  Order hold = order("hold", spam);
  approve(hold, own);
  EXPECT_FALSE(carry(hold));
  approve(hold, officer);
  ASSERT_EQ(carry(hold).value(), 1U);
  EXPECT_THAT(overdue("2032-06-01"), IsEmpty());
  EXPECT_EQ(lists("2032-06-01").held.at(0).reason, "court");
  EXPECT_THAT(destroy("2032-06-01", {spam}).error().say, HasSubstr("held"));
  Order destroyed = order("destroy", spam);
  approve(destroyed, own);
  approve(destroyed, officer);
  EXPECT_THAT(carry(destroyed).error().say, HasSubstr("held"));
  EXPECT_THAT(overdue("2033-01-02"), ElementsAre(spam));  // a hold ends by itself
  Order release = order("release", spam);
  approve(release, officer);
  approve(release, own);
  ASSERT_EQ(carry(release).value(), 1U);
  EXPECT_THAT(overdue("2032-06-01"), ElementsAre(spam));
}

TEST_F(RetentionTest, AnIncidentWithoutAReportKeepsItsRowInTheStatistics) {
  const auto first = add("a", {{"consent", "count"}}), second = add("b", {{"consent", "count"}});
  ASSERT_TRUE(work().put(entity("E-A", "person", "Person A")));
  Incident one = incident("I-01");
  one.title = "UNIQUETITLE";
  one.summary = "A summary";
  one.when = When{*PartialDate::parse("2031-12-17"), {}, "day", "night"};
  one.where.region = "KG-GB";
  one.targets = {{"E-A", "lawyer"}};
  one.sources = {{std::to_string(first), "self"}, {std::to_string(second), ""}};
  ASSERT_TRUE(work().put(one));
  for (const auto n : {first, second}) {
    Order destroy = order("destroy", n);
    approve(destroy, own);
    approve(destroy, officer);
    ASSERT_EQ(carry(destroy).value(), 1U);
    const bool is_last = n == second;
    EXPECT_EQ(work().incident("I-01").value()->title, is_last ? "" : "UNIQUETITLE");
  }
  const auto row = *work().incident("I-01").value();
  EXPECT_EQ(row.retention_class, "statistics");
  EXPECT_EQ(row.when->start.text(), "2031-12");
  EXPECT_THAT(row.targets, ElementsAre(Target{"", "lawyer"}));
  EXPECT_THAT(row.consent, ElementsAre("count"));
  EXPECT_EQ(row.where.region, "KG-GB");
  EXPECT_THAT(search_texts(file->database(), "uniquetitle", "incident", 9).value(), IsEmpty());
  EXPECT_TRUE(work().remove_entity("E-A"));
}

TEST_F(RetentionTest, APolicyIsSignedAndAChangedOneDoesNothing) {
  const Home at = home();
  const auto words = folder / "words";
  std::ofstream(words) << "six invented words\n";
  ASSERT_TRUE(write_signing_key(own, at.desk_secret(), passphrase(), 12));
  EXPECT_FALSE(desk_policy_of(at, a_day).value());
  const auto draft = folder / "draft.json";
  ASSERT_TRUE(put(draft, crypto::bytes_of(write_desk_policy(*policy))));
  const auto made = sign_desk_policy(at, draft, {words});
  ASSERT_TRUE(made) << made.error().say;
  EXPECT_EQ(sign_desk_policy(at, draft, {words})->filename(), "2.json");
  EXPECT_EQ(desk_policy_of(at, a_day).value()->serial, 2U);
  EXPECT_FALSE(desk_policy_of(at, *crypto::Date::parse("2032-01-01")).value());  // not in force yet
  std::filesystem::permissions(*made, std::filesystem::perms::owner_all);
  auto text = std::string(crypto::text_of(crypto::read_file(desk_policies(at) / "2.json", 1 << 16).value()));
  text.replace(text.find("365"), 3, "999");
  ASSERT_TRUE(put(desk_policies(at) / "2.json", crypto::bytes_of(text), crypto::NewFile::Replace::yes));
  EXPECT_THAT(desk_policy_of(at, a_day).error().say, HasSubstr("does not verify"));
}

TEST_F(RetentionTest, OrdersWaitInTheHomeForTheirApprovals) {
  const Home at = home();
  const auto words = folder / "words";
  std::ofstream(words) << "six invented words\n";
  ASSERT_TRUE(write_signing_key(own, at.desk_secret(), passphrase(), 12));
  ASSERT_TRUE(write_signing_key(officer, folder / "officer.key", passphrase(), 12));
  const auto n = add("a");
  const auto made = put_order(at, order("destroy", n));
  ASSERT_TRUE(made) << made.error().say;
  EXPECT_EQ(sign_order(at, made->id, {at, {}, {words}}).value(), 1U);
  EXPECT_FALSE(sign_order(at, made->id, {at, {}, {words}}));
  EXPECT_EQ(sign_order(at, made->id, {at, folder / "officer.key", {words}}).value(), 0U);
  ASSERT_EQ(orders_of(at)->size(), 1U);
  EXPECT_EQ(carry(orders_of(at)->front()).value(), 1U);
  ASSERT_TRUE(remove_order(at, made->id));
  EXPECT_THAT(*orders_of(at), IsEmpty());
  EXPECT_FALSE(read_order(at, "../case.json"));
}

TEST_F(RetentionTest, AnOrderWhoseFileWasChangedIsNotPassedOverInSilence) {
  const Home at = home();
  const auto made = put_order(at, order("destroy", add("a")));
  ASSERT_TRUE(made) << made.error().say;
  std::ofstream(desk_orders(at) / "notes.txt") << "of somebody";
  ASSERT_EQ(orders_of(at)->size(), 1U);
  std::ofstream(desk_orders(at) / (made->id + ".json")) << "{}";
  const auto listed = orders_of(at);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().exit, crypto::exit_unverified);
}

}  // namespace
}  // namespace sandyk::desk
