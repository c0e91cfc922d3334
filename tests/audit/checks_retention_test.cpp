// Deletions: none late, none early, each with its trace.
#include "storage/layout.h"
#include "storage/receipts.h"
#include "tests/audit/built_vault.h"

namespace sandyk::audit {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ChecksRetention : public AuditTest {
 protected:
  std::filesystem::path stone(const crypto::EpochId& id) const {
    return vault / "tombstones" / (id.hex() + ".json");
  }
  /// The epoch is deleted as a lying server does it: a tombstone, and an entry that agrees.
  void purge(const crypto::EpochId& id, storage::GoesFor reason, const char* date) {
    const auto info = storage::read_epoch_info(epoch(id)).value();
    const auto mark = storage::read_mark(epoch(id)).value();
    const crypto::Digest policy =
        crypto::sha256(crypto::bytes_of(crypto::write_policy(built.second_policy())));
    const storage::Tombstone tombstone{id,     info.week, info.date,     reason,   2,
                                       policy, {},        mark.database, mark.key, day(date)};
    ASSERT_TRUE(crypto::write_file(stone(id), crypto::bytes_of(storage::write_tombstone(tombstone))));
    std::filesystem::remove_all(epoch(id));
    log({{"purge", {{"epoch", id.hex()}, {"reason", std::string(word_of(reason))}, {"serial", "2"}}}}, date);
  }
};

TEST_F(ChecksRetention, CountsWhatWasDeletedAndWhy) {
  EXPECT_THAT(check("nothing went early").looked_at, HasSubstr("2 deletions: 1 imported, 1 unread"));
  EXPECT_THAT(check("has a tombstone").looked_at, HasSubstr("deleted: 2, tombstones: 2"));
  EXPECT_THAT(check("nothing is overdue").looked_at, HasSubstr("2 epochs not gone, 1 held; 0 went late"));
}

TEST_F(ChecksRetention, FailsWhenATombstoneIsMissingOrSaysSomethingElse) {
  const std::string what = "has a tombstone";
  replace_in(stone(built.imported), "\"policy_serial\": 2", "\"policy_serial\": 1");
  EXPECT_THAT(check(what).failures, ElementsAre(HasSubstr("another reason, policy or receipts")));
  std::filesystem::remove(stone(built.imported));
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("has no tombstone")));
}

TEST_F(ChecksRetention, FailsWhenATombstoneNamesOtherFiles) {
  std::filesystem::copy_file(stone(built.unread), stone(built.imported),
                             std::filesystem::copy_options::overwrite_existing);
  replace_in(stone(built.imported), built.unread.hex(), built.imported.hex());
  replace_in(stone(built.imported), "unread", "imported");
  EXPECT_EQ(check("has a tombstone").verdict(), Verdict::fails);
}

TEST_F(ChecksRetention, FailsWhenWhatWasDeletedIsStillThere) {
  std::filesystem::copy(epoch(built.waiting), epoch(built.unread), std::filesystem::copy_options::recursive);
  replace_in(epoch(built.unread) / "epoch.json", built.waiting.hex(), built.unread.hex());
  EXPECT_THAT(check("has a tombstone").failures,
              ElementsAre(HasSubstr("logged as deleted, and still there")));
}

TEST_F(ChecksRetention, FailsWhenADeletionWasNeverLogged) {
  rewrite_log([&](const auto& entry) {
    const bool is_it = entry.type() == "purge" && epoch_of(entry) == built.unread;
    return is_it ? std::nullopt : std::optional(entry);
  });
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("its deletion was never logged")));
}

TEST_F(ChecksRetention, FailsADayAfterTheLastDayOfWhatIsStillThere) {
  const std::string what = "nothing is overdue";
  given.as_of = day("2026-12-28");  // the waiting one's last day, and a day's grace
  EXPECT_THAT(check(what).failures, IsEmpty());
  given.as_of = day("2026-12-29");
  EXPECT_THAT(check(what).failures,
              ElementsAre(HasSubstr("begun on 2026-11-27, should have gone on 2026-12-27")));
  given.as_of = day("2027-02-02");
  EXPECT_THAT(check(what).failures.size(), 1U);
  given.as_of = day("2027-02-03");  // the hold is over
  EXPECT_THAT(check(what).failures, Contains(HasSubstr("should have gone on 2027-02-01")));
}

TEST_F(ChecksRetention, FailsWhenAnUnreadEpochWentEarly) {
  purge(built.waiting, storage::GoesFor::unread, "2026-12-26");
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("deleted on 2026-12-26, and was to stay until 2026-12-27")));
}

TEST_F(ChecksRetention, HoldsWhenItWentOnItsLastDay) {
  purge(built.waiting, storage::GoesFor::unread, "2026-12-27");
  EXPECT_THAT(failing(), IsEmpty());
}

TEST_F(ChecksRetention, FailsWhenAHeldEpochWent) {
  purge(built.held, storage::GoesFor::unread, "2026-12-27");
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("was held until 2027-01-31")));
}

TEST_F(ChecksRetention, FailsWhenAnEpochWentAsImportedThatWasNot) {
  purge(built.waiting, storage::GoesFor::imported, "2026-12-27");
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("deleted as imported, and it was unread")));
}

TEST_F(ChecksRetention, FailsWhenAReceiptThatAnEpochWentForIsNotThereOrWrong) {
  const auto receipt = storage::receipt_file(vault, built.imported, "org-2");
  const auto whole = crypto::read_file(receipt, 4096).value();
  spoil(receipt);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("a receipt that it went for is not there or wrong")));
  std::filesystem::remove(receipt);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("a receipt that it went for is not there or wrong")));
  ASSERT_TRUE(crypto::write_file(receipt, whole));
  EXPECT_THAT(failing(), IsEmpty());
}

TEST_F(ChecksRetention, FailsWhenADeletionNamesAPolicyThatWasNotInForce) {
  rewrite_log([&](const auto& entry) {
    auto values = entry.values();
    if (entry.type() == "purge" && epoch_of(entry) == built.unread) values["serial"] = "1";
    return storage::LogEntry::make(entry.type(), values);
  });
  EXPECT_THAT(check("nothing went early").failures, ElementsAre(HasSubstr("not in force: serial 2 was")));
}

}  // namespace
}  // namespace sandyk::audit
