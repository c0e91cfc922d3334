#include "desk/withdrawals.h"

#include "desk/casework/casework.h"
#include "tests/desk/kept_case.h"

namespace sandyk::desk {
namespace {

using report::ThreadKind;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WithdrawalsTest : public KeptCase {
 protected:
  std::vector<Withdrawal> waiting() { return withdrawals(file()).value(); }
};

TEST_F(WithdrawalsTest, DestroyEverythingOfTheThreadAndNothingElse) {
  const auto first = add(thread(1, ThreadKind::report), false),
             other = add(thread(2, ThreadKind::report), false);
  add(thread(1, ThreadKind::followup), true);
  say(first, "an answer");
  EXPECT_THAT(waiting(), IsEmpty());
  const auto taken_back = add(thread(1, ThreadKind::withdraw), true);
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_EQ(waiting()[0].n, taken_back);
  EXPECT_THAT(waiting()[0].reaches, SizeIs(3));
  EXPECT_FALSE(waiting()[0].is_late);
  EXPECT_FALSE(carry_out_withdrawal(file(), first, today)) << "that is no withdrawal";
  EXPECT_FALSE(carry_out_withdrawal(file(), 77, today));
  EXPECT_EQ(carry_out_withdrawal(file(), taken_back, today).value(), 3U);
  reopen();
  EXPECT_EQ(file().count().value(), 1);
  EXPECT_TRUE(file().content(other, "report.json").value());
  EXPECT_FALSE(file().content(first, "report.json").value());
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_TRUE(file().has(id(1)).value()) << "it does not come back with the next import";
  EXPECT_EQ(
      file()
          .database()
          .ask_integer("SELECT count(*) FROM custody WHERE act = 'deleted' AND detail LIKE 'withdrawn by the "
                       "reporter, who signed it: " +
                       id(4).hex() + "'")
          .value(),
      3);
  EXPECT_THAT(file().check([](auto, auto) {}).value(), IsEmpty());
}

TEST_F(WithdrawalsTest, WaitWhileAReportIsHeld) {
  const auto first = add(thread(1, ThreadKind::report), false);
  const auto taken_back = add(thread(1, ThreadKind::withdraw), true);
  const auto hold = [&](const char* until) {
    EXPECT_TRUE(file().database().run("INSERT OR REPLACE INTO holds VALUES(" + std::to_string(first) +
                                      ", 'h', 'court', '" + until + "', '2026-11-30', '')"));
  };
  hold("2026-11-24");
  EXPECT_FALSE(carry_out_withdrawal(file(), taken_back, today));
  EXPECT_TRUE(file().content(first, "report.json").value());
  EXPECT_FALSE(waiting()[0].is_late) << "nothing was remembered";
  hold("2026-11-23");
  EXPECT_EQ(carry_out_withdrawal(file(), taken_back, today).value(), 2U);
}

TEST_F(WithdrawalsTest, TakeWordsAndNamesOutOfIncidentsThatHaveNoOtherSource) {
  const auto first = add(thread(1, ThreadKind::report), false),
             other = add(thread(2, ThreadKind::report), false);
  const auto taken_back = add(thread(1, ThreadKind::withdraw), true);
  Casework casework(file(), today);
  const auto code = [&](const char* incident, std::vector<std::int64_t> sources) {
    Incident coded;
    coded.id = incident;
    coded.title = "what staff wrote";
    coded.types = {"threat.death"};
    for (const auto n : sources) coded.sources.push_back({std::to_string(n), "self"});
    ASSERT_TRUE(casework.put(std::move(coded)));
  };
  code("I-01", {first});
  code("I-02", {first, other});
  ASSERT_EQ(carry_out_withdrawal(file(), taken_back, today).value(), 2U);
  EXPECT_EQ(casework.incident("I-01").value()->title, "");
  EXPECT_EQ(casework.incident("I-02").value()->title, "what staff wrote");
}

TEST_F(WithdrawalsTest, AreNoneWhenSomebodyElseWroteThem) {
  const auto first = add(thread(1, ThreadKind::report), false);
  add(thread(1, ThreadKind::withdraw), false);
  EXPECT_THAT(waiting(), IsEmpty());
  auto other_key = thread(1, ThreadKind::withdraw);
  other_key.verify_key = {9};
  const auto stranger = add(other_key, true);
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_THAT(waiting()[0].reaches, SizeIs(1)) << "nothing but itself";
  EXPECT_EQ(carry_out_withdrawal(file(), stranger, today).value(), 1U);
  EXPECT_TRUE(file().content(first, "report.json").value());
}

TEST_F(WithdrawalsTest, AreRememberedForWhatIsImportedLater) {
  const auto taken_back = add(thread(1, ThreadKind::withdraw), true);
  EXPECT_EQ(carry_out_withdrawal(file(), taken_back, today).value(), 1U);
  ++gone_;
  const auto late = add(thread(1, ThreadKind::report), false);
  add(thread(2, ThreadKind::report), false);
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_EQ(waiting()[0].n, late);
  EXPECT_TRUE(waiting()[0].is_late);
  EXPECT_EQ(carry_out_withdrawal(file(), late, today).value(), 1U);
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(WithdrawalsTest, GoOnWhereTheyWereCutOff) {
  const auto first = add(thread(1, ThreadKind::report), false);
  const auto second = add(thread(1, ThreadKind::followup), true);
  const auto taken_back = add(thread(1, ThreadKind::withdraw), true);
  destroy(first);  // as far as a process came that was killed
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_EQ(waiting()[0].reaches.front().n, second);
  EXPECT_EQ(carry_out_withdrawal(file(), taken_back, today).value(), 2U);
  EXPECT_EQ(file().count().value(), 0);
}

}  // namespace
}  // namespace sandyk::desk
