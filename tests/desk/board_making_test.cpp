#include "desk/board_making.h"

#include "tests/desk/kept_case.h"

namespace sandyk::desk {
namespace {

using report::ThreadKind;
using std::chrono::days;

Conversation conversation(std::uint8_t fill, std::vector<WrittenAnswer> answers) {
  return {{fill}, {fill}, reply_key(fill), {}, std::move(answers)};
}
WrittenAnswer answer(int day, std::string_view words, std::optional<crypto::Date> confirmed = {}) {
  return {1, "aikyn", today + days(day), confirmed, wiped(words)};
}

TEST(Boards, TellAThreadAllItsAnswersUntilTheirTimeIsOver) {
  std::vector<Conversation> all;
  all.push_back(conversation(1, {answer(0, "one"), answer(5, "two")}));
  all.push_back(conversation(2, {}));
  all[1].answers.push_back({1, "bermet", today, {}, wiped("in another's name")});
  const auto on = [&](int day) {
    const Choice choice = choose_answers(all, "aikyn", today + days(day), 32, days(20));
    return choice.texts.empty() ? "" : std::string(crypto::text_of(choice.texts[0].text));
  };
  EXPECT_EQ(on(5),
            "2026-11-24\none\x1e"
            "2026-11-29\ntwo");
  EXPECT_EQ(on(20), "2026-11-29\ntwo");
  EXPECT_EQ(on(25), "");
}

TEST(Boards, LeaveOutWhatWasReadFirstAndNewAnswersLast) {
  std::vector<Conversation> all;
  for (std::uint8_t i = 1; i <= 4; ++i)
    all.push_back(conversation(i, {answer(i, std::string(1, static_cast<char>('0' + i)),
                                          i > 2 ? std::optional(today + days(9)) : std::nullopt)}));
  const auto left = [&](int day, unsigned slots) {
    std::string words;
    for (const auto& text : choose_answers(all, "aikyn", today + days(day), slots, days(60)).texts)
      words += static_cast<char>(text.text.back());
    return words;
  };
  EXPECT_EQ(left(30, 4), "1234");
  EXPECT_EQ(left(30, 3), "124") << "the oldest that was read";
  EXPECT_EQ(left(30, 2), "12");
  EXPECT_EQ(left(30, 1), "2") << "the oldest of the others";
  EXPECT_EQ(left(16, 2), "34") << "these are in their least stay";
  EXPECT_EQ(choose_answers(all, "aikyn", today + days(5), 3, days(60)).left_waiting, 1U);
}

}  // namespace
}  // namespace sandyk::desk
