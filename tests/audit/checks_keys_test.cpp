// Boards, and the keys that organisations say they destroyed.
#include "storage/layout.h"
#include "tests/audit/built_vault.h"

namespace sandyk::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ChecksKeys : public AuditTest {
 protected:
  const std::string schedule = "destroyed on schedule", statements = "has a signed statement";
  const std::filesystem::path statement = vault / "statements" / "2026-W48.org-1.json";

  /// Another statement of org-1, logged in place of the one there.
  void restate(const crypto::KeyDestroyed& other) {
    built.put_statement(vault, other);
    const std::string hash = crypto::sha256(crypto::bytes_of(crypto::write_key_destroyed(other))).hex();
    rewrite_log([&](const auto& entry) {
      auto values = entry.values();
      if (entry.type() == "key-destroyed" && entry.value("organisation") == "org-1")
        values["statement"] = hash;
      return storage::LogEntry::make(entry.type(), values);
    });
  }
};

TEST_F(ChecksKeys, FailsWhenABoardWasNeverLogged) {
  const auto boards = vault / "board" / "org-1";
  std::filesystem::create_directories(boards);
  for (const char* name : {"2026-12-26", "2026-12-27"})
    ASSERT_TRUE(crypto::write_file(boards / name, crypto::bytes_of("a board")));
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("org-1/2026-12-26: never logged")));
  const auto log_as_of = [&](const char* day_of_board) {
    log({{"board",
          {{"organisation", "org-1"},
           {"day", day_of_board},
           {"number", "7"},
           {"sha256", crypto::sha256(crypto::bytes_of("a board")).hex()}}}},
        "2026-12-26");
  };
  log_as_of("2026-12-25");
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("org-1/2026-12-26: never logged"))) << "that was another day";
  log_as_of("2026-12-26");
  EXPECT_THAT(failing(), IsEmpty());
  EXPECT_THAT(check("board").looked_at, HasSubstr("1 board, and 1 of days to come"));
  ASSERT_TRUE(crypto::write_file(boards / "7.board", crypto::bytes_of("a board")));
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("org-1/7.board: its name is no day")));
}

TEST_F(ChecksKeys, FailsWhenAKeyWasNotDestroyedInTime) {
  const auto forget = [&](const char* organisation) {
    rewrite_log([&](const auto& entry) {
      return entry.type() == "key-destroyed" && entry.value("organisation") == organisation
                 ? std::nullopt
                 : std::optional(entry);
    });
  };
  given.as_of = day("2027-02-12");  // destroy_by was the day before
  EXPECT_THAT(check(schedule).failures, IsEmpty());
  EXPECT_THAT(check(schedule).looked_at, HasSubstr("2 keys due, 2 logged as destroyed"));
  forget("org-2");
  EXPECT_THAT(check(schedule).failures,
              ElementsAre("org-2 of 2026-W48: nothing says that its key was destroyed by 2027-02-11"));
  given.as_of = day("2027-02-11");
  EXPECT_THAT(check(schedule).failures, IsEmpty());
}

TEST_F(ChecksKeys, FailsWhenAKeyWasDestroyedTooLate) {
  rewrite_log([](const auto& entry) {
    auto values = entry.values();
    if (entry.type() == "key-destroyed") values["date"] = "2027-02-12";
    return storage::LogEntry::make(entry.type(), values);
  });
  given.as_of = day("2027-02-12");
  EXPECT_THAT(check(schedule).failures,
              ElementsAre(HasSubstr("2027-02-12, after 2027-02-11"), HasSubstr("after 2027-02-11")));
}

TEST_F(ChecksKeys, FailsWhenAStatementIsMissingOrAnotherOne) {
  spoil(statement);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("another one than was logged")));
  std::filesystem::remove(statement);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("its statement is not there")));
}

TEST_F(ChecksKeys, FailsWhenAStatementIsNotSignedOrIsOfAnotherKey) {
  std::filesystem::copy_file(vault / "statements" / "2026-W48.org-2.json.minisig",
                             statement.string() + ".minisig",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("not signed by the organisation's desk key")));
  auto other = built.statement_of("org-1", "2026-12-26");
  other.recipient = crypto::sha256(crypto::bytes_of("another"));
  restate(other);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("about another key")));
}

TEST_F(ChecksKeys, FailsWhenAKeyWentBeforeAnEpochWasImported) {
  auto other = built.statement_of("org-1", "2026-12-26");
  other.unread.reset();
  restate(other);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("nobody agreed to that"), HasSubstr("nobody agreed to that")));
}

TEST_F(ChecksKeys, FailsWhenOnePersonAloneGaveUnreadEpochsUp) {
  auto other = built.statement_of("org-1", "2026-12-26");
  const std::string text = crypto::unread_text(built.name(), "org-1", other.week, other.unread->epochs);
  other.unread->signed_by[1] = sandyk::testing::approval(crypto::SigningKey::generate(), text, built.name(),
                                                         other.week.text());  // a stranger
  restate(other);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("two people who may did not approve")));
}

TEST_F(ChecksKeys, FailsWhenAStatementIsDatedAfterItWasLogged) {
  auto other = built.statement_of("org-1", "2026-12-27");
  restate(other);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("dated after it was logged")));
}

}  // namespace
}  // namespace sandyk::audit
