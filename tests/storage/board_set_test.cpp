#include "storage/board_set.h"

#include "crypto/open/answers.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

class BoardSetTest : public VaultTest {
 protected:
  struct Made {
    crypto::Bytes bytes;
    std::string signature;
  };
  Made make(const char* date, std::uint32_t number, const crypto::SigningKey& by) const {
    auto bytes = *crypto::make_board({number, day(date), 32}, "org-1", {}, by);
    auto signature = by.sign(bytes, crypto::SignedKind::board, site.root.verify_key().site(), date);
    return {std::move(bytes), std::move(signature)};
  }
  void bring(const char* date, std::uint32_t number) { bring(date, make(date, number, site.desk)); }
  void bring(const char* date, const Made& board) {
    ASSERT_TRUE(leave_in_inbox(vault, std::string("org-1.") + date + ".board", board.bytes,
                               crypto::bytes_of(board.signature)));
  }
  static unsigned number_shown(const Vault& v) {
    const auto boards = v.boards();
    const crypto::Board* board = boards->current("org-1");
    return board ? board->header().number : 0;
  }
};

TEST_F(BoardSetTest, ShowsEachDaysBoardFromItsDayOn) {
  bring("2026-11-23", 1);
  bring("2026-11-24", 2);
  auto v = open_vault();
  EXPECT_TRUE(std::filesystem::is_empty(vault / "inbox"));
  EXPECT_EQ(number_shown(*v), 1U);
  EXPECT_EQ(v->boards()->of_day("org-1", day("2026-11-24")), nullptr);
  EXPECT_EQ(v->boards()->current("org-2"), nullptr);
  ASSERT_TRUE(v->turn(day("2026-11-24")));
  EXPECT_EQ(number_shown(*v), 2U);
  EXPECT_FALSE(v->boards()->is_stale(day("2026-11-24")));
  ASSERT_TRUE(v->turn(day("2026-11-26")));
  EXPECT_EQ(number_shown(*v), 2U) << "the last one stays";
  EXPECT_TRUE(v->boards()->is_stale(day("2026-11-26")));
}

TEST_F(BoardSetTest, NumbersNeverGoBack) {
  bring("2026-11-23", 7);
  bring("2026-11-24", 8);
  auto v = open_vault();
  bring("2026-11-24", 8);  // another one with this number
  ASSERT_TRUE(v->turn(monday));
  EXPECT_TRUE(says(*v, "number 8 is here for that day already"));
  bring("2026-11-25", 6);
  ASSERT_TRUE(v->turn(monday));
  EXPECT_TRUE(says(*v, "an older board: number 7 is here for 2026-11-23"));
  bring("2027-11-22", 9);
  ASSERT_TRUE(v->turn(monday));
  EXPECT_TRUE(says(*v, "too far ahead"));
  bring("2026-11-23", 9);
  ASSERT_TRUE(v->turn(day("2026-11-24")));
  EXPECT_TRUE(says(*v, "its day, 2026-11-23, is over"));
  bring("2026-11-24", 9);
  ASSERT_TRUE(v->turn(day("2026-11-24")));
  EXPECT_EQ(number_shown(*v), 9U);
}

TEST_F(BoardSetTest, AShorterNewSetIsNotFollowedByTheRestOfTheOldOne) {
  bring("2026-11-23", 1);
  bring("2026-11-24", 2);
  auto v = open_vault();
  bring("2026-11-23", 3);
  ASSERT_TRUE(v->turn(day("2026-11-23")));
  ASSERT_TRUE(v->turn(day("2026-11-24")));
  EXPECT_EQ(number_shown(*v), 3U);
  EXPECT_TRUE(v->boards()->is_stale(day("2026-11-24")));
}

TEST_F(BoardSetTest, RefusesWhatTheOrganisationDidNotSign) {
  bring("2026-11-23", make("2026-11-23", 1, crypto::SigningKey::generate()));
  auto v = open_vault();
  EXPECT_TRUE(says(*v, "is signed with another key than the organisation's answer key"));
  EXPECT_EQ(number_shown(*v), 0U);
  EXPECT_TRUE(std::filesystem::exists(vault / "inbox/org-1.2026-11-23.board.rejected"));
}

TEST_F(BoardSetTest, PassesOverABoardThatWasChangedOnDisk) {
  bring("2026-11-23", 1);
  { open_vault(); }
  const auto file = board_file(vault, "org-1", monday);
  auto bytes = crypto::read_file(file, 1U << 20).value();
  bytes.back() ^= 1;
  ASSERT_TRUE(crypto::write_file(file, bytes));
  auto v = open_vault();
  EXPECT_TRUE(says(*v, "was changed after it was signed"));
  EXPECT_EQ(number_shown(*v), 0U);
}

TEST_F(BoardSetTest, KeepsNoBoardThatIsOver) {
  for (const char* date : {"2026-11-23", "2026-11-24", "2026-11-25"})
    bring(date, static_cast<std::uint32_t>(date[9] - '0'));
  auto v = open_vault();
  ASSERT_TRUE(v->turn(day("2026-11-25")));
  v->finish_chores();
  EXPECT_FALSE(std::filesystem::exists(board_file(vault, "org-1", day("2026-11-23"))));
  EXPECT_TRUE(std::filesystem::exists(board_file(vault, "org-1", day("2026-11-24"))));
  EXPECT_TRUE(std::filesystem::exists(board_file(vault, "org-1", day("2026-11-25"))));
}

TEST(BoardName, IsOneThatNamesOrganisationAndDay) {
  const auto name = BoardName::parse("aikyn-2.2026-11-23.board");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->text(), "aikyn-2.2026-11-23.board");
  for (const char* other : {"aikyn.2026-11-23", "aikyn.board", "../x.2026-11-23.board", ".2026-11-23.board",
                            "A.2026-11-23.board", "aikyn.2026-11-32.board", "aikyn.2026-11-23.board.minisig"})
    EXPECT_FALSE(BoardName::parse(other)) << other;
}

}  // namespace
}  // namespace sandyk::storage
