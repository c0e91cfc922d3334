#include "crypto/seal/board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "crypto/open/answers.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"
#include "tests/support/keyrings.h"

namespace sandyk::crypto {
namespace {

using board_format::slot_size;
using testing::TestSite;
constexpr const char* site = "0123456789abcdef";

ReplyKey reply_key(ByteView bytes) {
  return ReplyKey::make([&](auto out) { std::copy(bytes.begin(), bytes.end(), out.begin()); });
}

ReplyKey reply_key(std::uint8_t fill) {
  return reply_key(Bytes(32, fill));
}

WipedBytes text(std::string_view words) {
  return {words.begin(), words.end()};
}

std::string told(const Board& board, const ReplyKey& key, const Organisation& by) {
  return std::string(text_of(answer_on(board, key, by.answer_key)));
}

/// An organisation with `slots` slots, and its answer key.
struct Answerer {
  explicit Answerer(unsigned slots = 32)
      : key(SigningKey::generate()),
        organisation{"aikyn",          {},   age::HybridIdentity::generate().recipient(), key.verify_key(),
                     key.verify_key(), slots} {}

  std::string sign(ByteView board, std::string_view mark, SignedKind kind = SignedKind::board) const {
    return key.sign(board, kind, site, mark);
  }
  Board board(std::uint32_t number, std::span<const ThreadText> texts) const {
    const Date day = *Date::parse("2026-11-25");
    const auto bytes = make_board({number, day, organisation.board_slots}, organisation.id, texts, key);
    return Board::verify(bytes.value(), sign(*bytes, day.text()), organisation, site).value();
  }

  SigningKey key;
  Organisation organisation;
};

TEST(Board, OfTheVectorsTellsEachCodeItsAnswer) {
  const Json v = vectors("board.json");
  const auto bytes = from_base64(v["board"].get<std::string>(), Base64::url).value();
  Answerer them(v["slots"].get<unsigned>());
  them.organisation.answer_key = VerifyKey::parse(v["answer_key"].get<std::string>()).value();
  const auto board = Board::verify(bytes, v["signature"].get<std::string>(), them.organisation,
                                   v["site"].get<std::string>());
  ASSERT_TRUE(board) << sentence(board.error());
  EXPECT_EQ(board->header().number, v["number"].get<unsigned>());
  EXPECT_EQ(board->header().date.text(), v["date"].get<std::string>());
  for (const Json& answer : v["answers"]) {
    const ReplyKey key = reply_key(from_hex(answer["reply_key"].get<std::string>()).value());
    EXPECT_EQ(told(*board, key, them.organisation), answer["text"].get<std::string>());
    EXPECT_EQ(to_hex(read_proof(key, "aikyn", bytes_of(answer["text"].get<std::string>()))),
              answer["proof"].get<std::string>());
    for (unsigned i = 0; i < answer["tags"].size(); ++i)
      EXPECT_EQ(to_hex(derive_slot_keys(key, "aikyn", board->header().number, i).tag),
                answer["tags"][i].get<std::string>());
  }
  EXPECT_EQ(told(*board, reply_key(0), them.organisation), "");
}

TEST(Board, TellsEachThreadItsOwnTextAndNobodyElseAny) {
  const Answerer they;
  const ReplyKey a = reply_key(1), b = reply_key(2);
  std::string most;  // of letters of two bytes and one of three, so that no cut falls where a slot ends
  while (most.size() + 2 <= 8 * (board_format::max_text - 1)) most += "ө";
  const ThreadText texts[] = {{&a, text("short")}, {&b, text(most)}};
  const Board board = they.board(9, texts);
  EXPECT_EQ(told(board, a, they.organisation), "short");
  EXPECT_EQ(told(board, b, they.organisation), most);
  EXPECT_EQ(told(board, reply_key(3), they.organisation), "");
  EXPECT_EQ(board.bytes().size(), board_size(32));
}

TEST(Board, IsNotMadeOfWhatDoesNotFit) {
  const Answerer they(8);
  const ReplyKey a = reply_key(1), b = reply_key(2);
  const BoardHeader header{1, *Date::parse("2026-11-25"), 8};
  const std::string full(8 * board_format::max_text, 'x');
  const auto made = [&](std::string_view one, std::string_view two) {
    const ThreadText texts[] = {{&a, text(one)}, {&b, text(two)}};
    return make_board(header, "aikyn", texts, they.key).has_value();
  };
  EXPECT_TRUE(make_board(header, "aikyn", {}, they.key));
  EXPECT_TRUE(made(full.substr(board_format::max_text), "x"));
  EXPECT_FALSE(made(full, "x"));
  EXPECT_FALSE(made("", "x"));
  EXPECT_FALSE(made("\xff", "x"));
  EXPECT_EQ(slots_for(bytes_of(full)), 8U);
  EXPECT_FALSE(slots_for(bytes_of(full + "x")));
}

TEST(Board, IsRefusedWhereAnythingIsAmiss) {
  const Answerer they;
  const Date day = *Date::parse("2026-11-25");
  const Bytes good = *make_board({4, day, 32}, "aikyn", {}, they.key);
  const auto fault = [&](ByteView board, const std::string& signature, std::string_view of = site) {
    const auto read = Board::verify(board, signature, they.organisation, of);
    EXPECT_FALSE(read);
    return read ? BoardFault::malformed_signature : read.error();
  };
  ASSERT_TRUE(Board::verify(good, they.sign(good, day.text()), they.organisation, site));
  EXPECT_EQ(fault(good, ""), BoardFault::malformed_signature);
  EXPECT_EQ(fault(good, Answerer().sign(good, day.text())), BoardFault::other_key);
  EXPECT_EQ(fault(good, they.sign(good, day.text()), "fedcba9876543210"), BoardFault::other_site);
  EXPECT_EQ(fault(good, they.sign(good, day.text(), SignedKind::statement)), BoardFault::other_kind);
  EXPECT_EQ(fault(good, they.sign(good, "2026-11-26")), BoardFault::wrong_date);
  Bytes changed = good;
  changed[5000] ^= 1;
  EXPECT_EQ(fault(changed, they.sign(good, day.text())), BoardFault::wrong_signature);
  const Bytes other_count = *make_board({4, day, 31}, "aikyn", {}, they.key);
  EXPECT_EQ(fault(other_count, they.sign(other_count, day.text())), BoardFault::wrong_slots);
  for (const std::size_t at : {0U, 18U, 20U, 63U}) {
    Bytes wrong = good;
    wrong[at] ^= 1;
    EXPECT_EQ(fault(wrong, they.sign(wrong, day.text())), BoardFault::malformed) << at;
  }
  const ByteView shorter = ByteView(good).first(good.size() - 1);
  EXPECT_EQ(fault(shorter, they.sign(shorter, day.text())), BoardFault::malformed);
}

TEST(Board, HeaderIsReadAsItWasWritten) {
  for (const char* date : {"1970-01-01", "2026-11-25", "9999-12-31"}) {
    const BoardHeader header{0xFEDCBA98, *Date::parse(date), 3};
    Bytes board(board_size(3));
    const auto head = write_board_header(header);
    std::copy(head.begin(), head.end(), board.begin());
    EXPECT_EQ(parse_board(board), header);
  }
}

/// A slot that another thread's holder, or another organisation, lays under the answer's tag.
TEST(Board, TellsNothingThatTheAnswerKeyDidNotSign) {
  const Answerer they, others;
  const ReplyKey a = reply_key(1);
  const ThreadText texts[] = {{&a, text("forged")}};
  const Date day = *Date::parse("2026-11-25");
  const Bytes bytes = *make_board({4, day, 32}, "aikyn", texts, others.key);
  const auto board = Board::verify(bytes, they.sign(bytes, day.text()), they.organisation, site);
  ASSERT_TRUE(board);
  EXPECT_EQ(told(*board, a, they.organisation), "");
  EXPECT_EQ(told(*board, a, others.organisation), "forged");
}

// Over many boards with the same answers: no slot, tag or piece of one recurs, each place is as likely as the
// others, and the bytes of slots with an answer are as even as those of filler.
TEST(Board, OfManyDaysHaveNothingInCommon) {
  constexpr unsigned boards = 1000, slots = 32;
  const Answerer they(slots);
  const ReplyKey a = reply_key(1), b = reply_key(2);
  const ThreadText texts[] = {{&a, text(std::string(3000, 'x'))}, {&b, text("We read it.")}};
  std::set<std::string> pieces;  // 16 bytes from every 256, and every tag and nonce
  std::array<unsigned, slots> place_of_a{}, order{};
  std::array<std::uint64_t, 256> in_answers{}, in_filler{};
  for (unsigned number = 0; number < boards; ++number) {
    const Bytes board = *make_board({number, *Date::parse("2026-11-25"), slots}, "aikyn", texts, they.key);
    const SlotTag tags[] = {derive_slot_keys(a, "aikyn", number, 0).tag,
                            derive_slot_keys(a, "aikyn", number, 1).tag,
                            derive_slot_keys(b, "aikyn", number, 0).tag};
    std::array<unsigned, 3> places{slots, slots, slots};
    for (unsigned at = 0; at < slots; ++at) {
      const ByteView slot = ByteView(board).subspan(board_format::header_size + at * slot_size, slot_size);
      for (std::size_t from = 0; from < slot_size; from += 256)
        ASSERT_TRUE(pieces.insert(std::string(text_of(slot.subspan(from, 16)))).second);
      bool is_answer = false;
      for (unsigned i = 0; i < 3; ++i)
        if (std::equal(tags[i].begin(), tags[i].end(), slot.begin())) places[i] = at, is_answer = true;
      for (const std::uint8_t byte : slot) ++(is_answer ? in_answers : in_filler)[byte];
    }
    for (const unsigned place : places) ASSERT_LT(place, slots);
    ++place_of_a[places[0]];
    ++order[places[0] < places[1] ? 0 : 1];
  }
  const auto chi_square = [](const auto& counts, std::size_t kinds) {
    double all = 0, sum = 0;
    for (const auto n : counts) all += static_cast<double>(n);
    const double expected = all / static_cast<double>(kinds);
    for (std::size_t i = 0; i < kinds; ++i) {
      const double off = static_cast<double>(counts[i]) - expected;
      sum += off * off / expected;
    }
    return sum;
  };
  // Each bound is passed by chance once in some ten million runs.
  EXPECT_LT(chi_square(place_of_a, slots), 97);
  EXPECT_LT(chi_square(order, 2), 29);
  EXPECT_LT(chi_square(in_answers, 256), 395);
  EXPECT_LT(chi_square(in_filler, 256), 395);
}

}  // namespace
}  // namespace sandyk::crypto
