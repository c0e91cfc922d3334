#include "desk/conversation.h"

#include <fstream>
#include <iterator>

#include "desk/telling_words.h"
#include "tests/desk/kept_case.h"

namespace sandyk::desk {
namespace {

using report::ThreadKind;
using std::chrono::days;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using ConversationTest = KeptCase;

TEST_F(ConversationTest, HoldsWhatAThreadSaidAndWhatItWasAnswered) {
  const auto n = add(thread(1, ThreadKind::report), false, "first words");
  add(thread(2, ThreadKind::report), false);
  say(n, "Биз окудук.\nAnd more.");
  say(n, "-", today + days(1));
  const auto later = add(thread(1, ThreadKind::followup), true, "more", today + days(2));
  reopen();
  for (const auto of : {n, later}) {
    const Conversation found = with(of);
    ASSERT_THAT(found.heard, SizeIs(2));
    EXPECT_EQ(found.heard[0].id, id(1));
    EXPECT_EQ(found.heard[0].first, "first words");
    EXPECT_EQ(found.heard[1].kind, ThreadKind::followup);
    EXPECT_EQ(found.heard[1].imported, today + days(2));
    EXPECT_TRUE(found.heard[0].is_ours && found.heard[1].is_ours);
    ASSERT_THAT(found.answers, SizeIs(2));
    EXPECT_EQ(found.answers[0].text, wiped("Биз окудук.\nAnd more."));
    EXPECT_EQ(found.answers[1].written, today + days(1));
    EXPECT_FALSE(found.answers[0].confirmed);
  }
  EXPECT_THAT(file().check([](auto, auto) {}).value(), IsEmpty());
}

TEST_F(ConversationTest, ConfirmsAnAnswerThatAFollowUpProvesToHaveBeenRead) {
  const auto n = add(thread(1, ThreadKind::report), false);
  for (const char* words : {"first", "second"}) say(n, words);
  add(thread(1, ThreadKind::followup), true);
  EXPECT_FALSE(with(n).answers[0].confirmed) << "nothing was proved";
  auto followup = thread(1, ThreadKind::followup);
  followup.read = {crypto::read_proof(reply_key(1), "bermet", with(n).answers[0].shown()),
                   crypto::read_proof(reply_key(1), "aikyn", with(n).answers[1].shown())};
  add(followup, false);
  EXPECT_FALSE(with(n).answers[1].confirmed) << "that one nobody signed";
  add(followup, true, "words", today + days(2));
  add(followup, true, "words", today + days(3));
  EXPECT_FALSE(with(n).answers[0].confirmed) << "that was another organisation's";
  EXPECT_EQ(with(n).answers[1].confirmed, today + days(2));
}

TEST_F(ConversationTest, IsHeldWithNobodyWhoHasOtherKeys) {
  const auto n = add(thread(1, ThreadKind::report), false);
  say(n, "first");
  auto other_key = thread(1, ThreadKind::followup);
  other_key.verify_key = {9};
  other_key.read = {crypto::read_proof(reply_key(1), "aikyn", with(n).answers[0].shown())};
  const auto stranger = add(other_key, true), unsigned_one = add(thread(1, ThreadKind::withdraw), false);
  const Conversation found = with(n);
  ASSERT_THAT(found.heard, SizeIs(3));
  EXPECT_TRUE(found.heard[0].is_ours);
  EXPECT_FALSE(found.heard[1].is_ours || found.heard[2].is_ours);
  EXPECT_FALSE(found.answers[0].confirmed);
  EXPECT_THAT(with(stranger).answers, IsEmpty()) << "what was said to the thread is not theirs";
  EXPECT_FALSE(conversation_of(file(), unsigned_one).value());
  EXPECT_FALSE(write_answer(file(), unsigned_one, "aikyn", crypto::bytes_of("no"), today));
}

TEST_F(ConversationTest, EndsWithTheReportsKeys) {
  const auto first = add(thread(1, ThreadKind::report), false),
             second = add(thread(1, ThreadKind::followup), true);
  say(first, "said to the first");
  say(second, "said to the second");
  EXPECT_THAT(all_answered(file()).value(), SizeIs(1));
  destroy(first);
  const Conversation left = with(second);
  ASSERT_THAT(left.answers, SizeIs(1));
  EXPECT_EQ(left.answers[0].text, wiped("said to the second"));
  EXPECT_FALSE(conversation_of(file(), first).value());
  EXPECT_FALSE(write_answer(file(), first, "aikyn", crypto::bytes_of("no"), today));
  destroy(second);
  EXPECT_THAT(all_answered(file()).value(), IsEmpty());
  EXPECT_THAT(file().check([](auto, auto) {}).value(), IsEmpty());
}

TEST_F(ConversationTest, AreNotCountedWhileTheirReportsAreNotListed) {
  const auto n = add(thread(1, ThreadKind::report), false);
  say(n, "an answer");
  ASSERT_TRUE(file().database().run("DELETE FROM glance"));  // as a backup is that was restored
  const auto found = all_answered(file());
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().say, ::testing::HasSubstr("case rebuild"));
}

TEST_F(ConversationTest, IsInBackupsOnlyAsFarAsTheKeysAre) {
  const auto n = add(thread(1, ThreadKind::report), false);
  say(n, "said in confidence");
  ASSERT_TRUE(file().back_up(today));
  EXPECT_EQ(file().database().ask_integer("SELECT count(*) FROM custody WHERE act = 'answered'").value(), 1);
  case_.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find("said in confidence"), std::string::npos) << entry.path();
  }
}

TEST(AnswerText, IsTextThatEightSlotsHold) {
  EXPECT_TRUE(is_answer_text(wiped("Саламатсызбы\nмиң")));
  for (const char* wrong : {"", "\x1e", "a\tb", "\xff", "\x7f"}) EXPECT_FALSE(is_answer_text(wiped(wrong)));
  EXPECT_FALSE(is_answer_text(wiped(std::string(15'374, 'x'))));
  const WrittenAnswer longest{1, "aikyn", today, {}, wiped(std::string(15'373, 'x'))};
  ASSERT_TRUE(is_answer_text(longest.text));
  EXPECT_TRUE(crypto::slots_for(longest.shown()));
}

TEST(TellingWords, AreNumbersAddressesAndNamesOfTheReport) {
  const auto of = [](std::string_view answer) {
    return telling_words(wiped(answer), wiped(R"({"narrative": "Айбек came to Osh with us"})"));
  };
  EXPECT_THAT(of("We read it. Come on Monday at 10."), IsEmpty());
  EXPECT_EQ(of("Ring 0555123456, Айбек."), (std::vector<std::string>{"0555123456", "Айбек"}));
  EXPECT_EQ(of("Write to a@b.kg (Osh)"), (std::vector<std::string>{"a@b.kg", "Osh"}));
}

TEST_F(ConversationTest, WarnsOfNamesThatAnyOfItsReportsHas) {
  const auto n = add(thread(1, ThreadKind::report), false, "Айбек келди");
  add(thread(1, ThreadKind::followup), true, "and Osh");
  EXPECT_EQ(telling_words(file(), with(n), wiped("Айбек, Osh?")).value(),
            (std::vector<std::string>{"Айбек", "Osh"}));
}

}  // namespace
}  // namespace sandyk::desk
