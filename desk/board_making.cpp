#include "desk/board_making.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "storage/board_set.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::WipedBytes;

constexpr std::uint8_t separator = 0x1E;  // between the answers of a thread

/// An answer that may stand on the board.
struct Candidate {
  const Conversation* thread;
  const WrittenAnswer* answer;
};

WipedBytes text_of_thread(const Conversation& thread, const std::vector<Candidate>& chosen) {
  WipedBytes text;
  for (const Candidate& one : chosen) {
    if (one.thread != &thread) continue;
    if (!text.empty()) text.push_back(separator);
    const WipedBytes shown = one.answer->shown();
    text.insert(text.end(), shown.begin(), shown.end());
  }
  return text;
}

std::vector<crypto::ThreadText> texts_of(const std::vector<Conversation>& all,
                                         const std::vector<Candidate>& chosen) {
  std::vector<crypto::ThreadText> texts;
  for (const Conversation& thread : all)
    if (WipedBytes text = text_of_thread(thread, chosen); !text.empty())
      texts.push_back({&thread.reply_key, std::move(text)});
  return texts;
}

enum class Leaving { confirmed, old, waiting };

Leaving leaving_of(const Candidate& one, Date day) {
  if (day < one.answer->written + least_stay) return Leaving::waiting;
  return one.answer->confirmed ? Leaving::confirmed : Leaving::old;
}

/// Who goes first: see choose_answers.
std::vector<Candidate>::iterator first_to_go(std::vector<Candidate>& chosen, Date day,
                                             const Conversation* of_thread) {
  const auto rank = [&](const Candidate& one) {
    const Leaving leaving = leaving_of(one, day);
    const auto age = (day.day() - one.answer->written.day()).count();
    const bool is_other = of_thread != nullptr && one.thread != of_thread;
    return std::tuple(is_other, leaving, leaving == Leaving::waiting && of_thread == nullptr ? age : -age);
  };
  return std::min_element(chosen.begin(), chosen.end(),
                          [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

void leave_out(Choice& choice, std::vector<Candidate>& chosen, Date day, const Conversation* of_thread) {
  const auto gone = first_to_go(chosen, day, of_thread);
  const Leaving leaving = leaving_of(*gone, day);
  ++(leaving == Leaving::confirmed ? choice.left_confirmed
     : leaving == Leaving::old     ? choice.left_old
                                   : choice.left_waiting);
  chosen.erase(gone);
}

/// The first thread that more than its eight slots would be needed for, or null.
const Conversation* too_long(const std::vector<Conversation>& all, const std::vector<Candidate>& chosen) {
  for (const Conversation& thread : all) {
    const WipedBytes text = text_of_thread(thread, chosen);
    if (!text.empty() && !crypto::slots_for(text)) return &thread;
  }
  return nullptr;
}

unsigned slots_wanted(const std::vector<crypto::ThreadText>& texts) {
  return std::accumulate(texts.begin(), texts.end(), 0U, [](unsigned sum, const crypto::ThreadText& one) {
    return sum + crypto::slots_for(one.text).value_or(0);
  });
}

/// All that signing one board takes.
struct Maker {
  const std::vector<Conversation>& conversations;
  const SiteRecord& site;
  const crypto::SigningKey& key;
  const BoardOrder& order;
};

tl::expected<Choice, Problem> make_one(const Maker& maker, Date day, std::uint32_t number, MadeBoards& made) {
  const crypto::Organisation* us = nullptr;
  for (const auto& [week, keyring] : maker.site.keyrings())
    for (const auto& one : keyring.content().organisations)
      if (one.id == maker.order.organisation && week <= crypto::Week(day)) us = &one;
  if (us == nullptr)
    return problem(fmt::format("No keyring for {} or before that is known here names {}.", day.text(),
                               maker.order.organisation),
                   crypto::exit_usage);
  if (us->answer_key != maker.key.verify_key())
    return problem("The answer key of this home is not the one that the keyring names.",
                   crypto::exit_unverified);
  Choice choice =
      choose_answers(maker.conversations, maker.order.organisation, day, us->board_slots, maker.order.stay);
  const auto board =
      crypto::make_board({number, day, us->board_slots}, maker.order.organisation, choice.texts, maker.key);
  if (!board) return problem("The answers do not fit on a board.");
  const std::string signature =
      maker.key.sign(*board, crypto::SignedKind::board, maker.site.site(), day.text());
  const std::string name = storage::BoardName{maker.order.organisation, day}.text();
  if (auto done = put_signed(maker.order.out / name, crypto::text_of(*board), signature,
                             crypto::NewFile::Replace::yes);
      !done)
    return tl::unexpected(done.error());
  made.names.push_back(name);
  return choice;
}

/// The number before the first that these boards may have.
tl::expected<std::uint32_t, storage::DbFault> take_numbers(CaseFile& file, const BoardOrder& order) {
  auto transaction = storage::Transaction::begin(file.database());
  if (!transaction) return tl::unexpected(transaction.error());
  const auto known = file.database().ask_integer("SELECT coalesce(max(number), 0) FROM boards");
  auto row = file.database().prepare("INSERT INTO boards(number, organisation, day) VALUES(?, ?, ?)");
  if (!known || !row) return tl::unexpected(known ? row.error() : known.error());
  const auto last = std::max(static_cast<std::uint32_t>(*known), order.after);
  for (unsigned i = 0; i < order.days; ++i) {
    const std::string day = (order.first + std::chrono::days(i)).text();
    row->bind(1, std::int64_t{last} + i + 1).bind(2, std::string_view(order.organisation));
    row->bind(3, std::string_view(day));
    if (auto done = row->run(); !done) return tl::unexpected(done.error());
  }
  if (auto done = transaction->commit(); !done) return tl::unexpected(done.error());
  return last;
}

}  // namespace

Choice choose_answers(const std::vector<Conversation>& all, std::string_view organisation, Date day,
                      unsigned slots, std::chrono::days stay) {
  Choice choice;
  std::vector<Candidate> chosen;
  for (const Conversation& thread : all)
    for (const WrittenAnswer& answer : thread.answers)
      if (answer.organisation == organisation && day < answer.written + std::max(stay, least_stay))
        chosen.push_back({&thread, &answer});
  while (const Conversation* thread = too_long(all, chosen)) leave_out(choice, chosen, day, thread);
  choice.texts = texts_of(all, chosen);
  while (slots_wanted(choice.texts) > slots) {
    leave_out(choice, chosen, day, nullptr);
    choice.texts = texts_of(all, chosen);
  }
  return choice;
}

tl::expected<MadeBoards, Problem> make_boards(const Home& home, CaseFile& file, const BoardOrder& order,
                                              const SiteRecord& site, const crypto::SigningKey& answer_key) {
  const auto conversations = answered_after(file, order.first + -std::max(order.stay, least_stay));
  if (!conversations) return tl::unexpected(conversations.error());
  const auto last = take_numbers(file, order);
  if (!last) return problem(std::string(say(last.error())));
  if (auto made = home.make_folder(order.out); !made) return tl::unexpected(made.error());
  MadeBoards made;
  const auto left = [](const Choice& c) { return c.left_confirmed + c.left_old + c.left_waiting; };
  for (unsigned i = 0; i < order.days; ++i) {
    auto choice = make_one({*conversations, site, answer_key, order}, order.first + std::chrono::days(i),
                           *last + i + 1, made);
    if (!choice) return tl::unexpected(choice.error());
    choice->texts.clear();
    if (left(*choice) > left(made.fullest)) made.fullest = std::move(*choice);
  }
  return made;
}

}  // namespace sandyk::desk
