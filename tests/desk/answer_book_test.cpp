#include "desk/answer_book.h"

#include <gtest/gtest.h>

#include "desk/board_making.h"
#include "desk/telling_words.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using std::chrono::days;

const Date today = *Date::parse("2026-11-24");

crypto::WipedBytes bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

crypto::ReplyKey key(std::uint8_t fill) {
  return crypto::ReplyKey::make([&](auto out) { std::fill(out.begin(), out.end(), fill); });
}

report::Thread thread(std::uint8_t fill, report::ThreadKind kind) {
  return {{fill}, key(fill), {fill}, kind, 1, 1, std::nullopt};
}

crypto::ReportId report(std::uint8_t fill) {
  return crypto::ReportId({fill});
}

AnswerBook book() {
  AnswerBook book{"aikyn", 12, 7, {}};
  EXPECT_EQ(hear(book, report(1), thread(1, report::ThreadKind::report), false, today), Hearing::noted);
  EXPECT_EQ(hear(book, report(2), thread(2, report::ThreadKind::report), false, today), Hearing::noted);
  return book;
}

TEST(AnswerBook, IsReadAsItWasWritten) {
  AnswerBook written = book();
  written.threads[0].answers.push_back({today, today + days(3), bytes("Биз окудук.\nAnd more.")});
  written.threads[0].answers.push_back({today, std::nullopt, bytes("-")});
  const auto text = write_answer_book(written);
  const auto read = parse_answer_book(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(write_answer_book(*read), text);
  EXPECT_EQ(read->organisation, "aikyn");
  EXPECT_EQ(read->last_number, 7U);
  ASSERT_EQ(read->threads.size(), 2U);
  EXPECT_EQ(read->threads[0].answers[0].confirmed, today + days(3));
  EXPECT_EQ(read->threads[0].answers[0].text, bytes("Биз окудук.\nAnd more."));
  for (std::size_t size = 0; size < text.size(); ++size) {
    if (size > 0 && text[size - 1] == '\n') continue;  // a book may end behind any line
    EXPECT_FALSE(parse_answer_book(crypto::ByteView(text).first(size))) << size;
  }
}

TEST(AnswerBook, ConfirmsAnAnswerThatAFollowUpProvesToHaveBeenRead) {
  AnswerBook kept = book();
  for (const char* words : {"first", "second"}) kept.threads[0].answers.push_back({today, {}, bytes(words)});
  auto followup = thread(1, report::ThreadKind::followup);
  EXPECT_EQ(hear(kept, report(3), followup, true, today + days(2)), Hearing::noted);
  EXPECT_FALSE(kept.threads[0].answers[0].confirmed) << "nothing was proved";
  followup.read = {crypto::read_proof(key(1), "bermet", kept.threads[0].answers[0].shown()),
                   crypto::read_proof(key(1), "aikyn", kept.threads[0].answers[1].shown())};
  EXPECT_EQ(hear(kept, report(4), followup, true, today + days(2)), Hearing::noted);
  EXPECT_FALSE(kept.threads[0].answers[0].confirmed) << "that was another organisation's";
  EXPECT_EQ(kept.threads[0].answers[1].confirmed, today + days(2));
  EXPECT_EQ(hear(kept, report(4), followup, true, today + days(3)), Hearing::known_already);
}

TEST(AnswerBook, BelievesNoFollowUpThatTheThreadDidNotSign) {
  AnswerBook kept = book();
  kept.threads[0].answers.push_back({today, {}, bytes("first")});
  auto forged = thread(1, report::ThreadKind::withdraw);
  forged.read = {crypto::read_proof(key(1), "aikyn", kept.threads[0].answers[0].shown())};
  EXPECT_EQ(hear(kept, report(3), forged, false, today), Hearing::other_key);
  forged.verify_key = {9};
  EXPECT_EQ(hear(kept, report(3), forged, true, today), Hearing::other_key);
  EXPECT_EQ(hear(kept, report(5), thread(5, report::ThreadKind::followup), false, today), Hearing::other_key);
  EXPECT_FALSE(kept.threads[0].answers[0].confirmed);
  EXPECT_EQ(kept.find(report(3)), nullptr);
}

TEST(AnswerText, IsTextThatEightSlotsHold) {
  EXPECT_TRUE(is_answer_text(bytes("Саламатсызбы\nмиң")));
  for (const char* wrong : {"", "\x1e", "a\tb", "\xff", "\x7f"}) EXPECT_FALSE(is_answer_text(bytes(wrong)));
  EXPECT_FALSE(is_answer_text(bytes(std::string(15'374, 'x'))));
  const WrittenAnswer longest{today, {}, bytes(std::string(15'373, 'x'))};
  ASSERT_TRUE(is_answer_text(longest.text));
  EXPECT_TRUE(crypto::slots_for(longest.shown()));
}

TEST(Boards, TellAThreadAllItsAnswersUntilTheirTimeIsOver) {
  AnswerBook kept = book();
  kept.threads[0].answers.push_back({today, {}, bytes("one")});
  kept.threads[0].answers.push_back({today + days(5), {}, bytes("two")});
  const auto on = [&](int day) {
    const Choice choice = choose_answers(kept, today + days(day), 32, days(20));
    return choice.texts.empty() ? "" : std::string(crypto::text_of(choice.texts[0].text));
  };
  EXPECT_EQ(on(5),
            "2026-11-24\none\x1e"
            "2026-11-29\ntwo");
  EXPECT_EQ(on(20), "2026-11-29\ntwo");
  EXPECT_EQ(on(25), "");
}

TEST(Boards, LeaveOutWhatWasReadFirstAndNewAnswersLast) {
  AnswerBook kept{"aikyn", 12, 0, {}};
  for (std::uint8_t i = 1; i <= 4; ++i) {
    ASSERT_EQ(hear(kept, report(i), thread(i, report::ThreadKind::report), false, today), Hearing::noted);
    kept.threads.back().answers.push_back({today + days(i), {}, bytes(std::string(1, char('0' + i)))});
  }
  kept.threads[2].answers[0].confirmed = today + days(9);
  kept.threads[3].answers[0].confirmed = today + days(9);
  const auto left = [&](int day, unsigned slots) {
    std::string words;
    for (const auto& text : choose_answers(kept, today + days(day), slots, days(60)).texts)
      words += static_cast<char>(text.text.back());
    return words;
  };
  EXPECT_EQ(left(30, 4), "1234");
  EXPECT_EQ(left(30, 3), "124") << "the oldest that was read";
  EXPECT_EQ(left(30, 2), "12");
  EXPECT_EQ(left(30, 1), "2") << "the oldest of the others";
  EXPECT_EQ(left(16, 2), "34") << "these are in their least stay";
  const Choice choice = choose_answers(kept, today + days(5), 3, days(60));
  EXPECT_EQ(choice.left_waiting, 1U);
}

TEST(TellingWords, AreNumbersAddressesAndNamesOfTheReport) {
  const auto of = [](std::string_view answer) {
    return telling_words(bytes(answer), bytes(R"({"narrative": "Айбек came to Osh with us"})"));
  };
  EXPECT_TRUE(of("We read it. Come on Monday at 10.").empty());
  EXPECT_EQ(of("Ring 0555123456, Айбек."), (std::vector<std::string>{"0555123456", "Айбек"}));
  EXPECT_EQ(of("Write to a@b.kg (Osh)"), (std::vector<std::string>{"a@b.kg", "Osh"}));
}

}  // namespace
}  // namespace sandyk::desk
