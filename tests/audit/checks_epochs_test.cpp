// Epochs, as logged and as they lie on the disk: each check fails by the smallest change.
#include "crypto/seal/age/seal.h"
#include "storage/layout.h"
#include "tests/audit/built_vault.h"

namespace sandyk::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ChecksEpochs : public AuditTest {
 protected:
  const std::filesystem::path folder = epoch(built.waiting);
  static crypto::Bytes seal_to(const crypto::Bytes& secret,
                               const std::vector<crypto::age::HybridRecipient>& recipients) {
    return crypto::age::seal(recipients, secret).value();
  }
  /// The log without the entry of `type` about the waiting epoch.
  void forget(const std::string& type) const {
    rewrite_log([&](const auto& entry) {
      const bool is_it = entry.type() == type && epoch_of(entry) == built.waiting;
      return is_it ? std::nullopt : std::optional(entry);
    });
  }
};

TEST_F(ChecksEpochs, FailsWhenAnEpochNeverEnded) {
  forget("epoch-closed");
  EXPECT_THAT(check("opened once").failures,
              ElementsAre(HasSubstr("was begun on 2026-11-27 and never ended")));
  EXPECT_THAT(check("as they were when they ended").failures, IsEmpty());
}

TEST_F(ChecksEpochs, FailsWhenAnEpochWasOpenedTwiceOrNever) {
  log({{"epoch-opened",
        {{"epoch", built.waiting.hex()},
         {"week", "2026-W48"},
         {"keyring", std::string(64, '0')},
         {"key", std::string(64, '0')},
         {"key-copy", std::string(64, '0')}}}},
      "2026-12-26");
  EXPECT_THAT(check("opened once").failures, ElementsAre(HasSubstr("was opened twice")));
  forget("epoch-opened");
  EXPECT_THAT(check("opened once").failures, ElementsAre(HasSubstr("was never opened")));
}

TEST_F(ChecksEpochs, FailsWhenAnEpochWasBegunWithAKeyringThatIsNotTheWeeks) {
  rewrite_log([&](const auto& entry) {
    auto values = entry.values();
    if (entry.type() == "epoch-opened" && epoch_of(entry) == built.waiting)
      values["keyring"] = std::string(64, '0');
    return storage::LogEntry::make(entry.type(), values);
  });
  EXPECT_THAT(check("rests on a signed keyring").failures,
              ElementsAre(HasSubstr("another keyring of 2026-W48")));
  EXPECT_THAT(check("no epoch has vanished").failures,
              ElementsAre(HasSubstr("epoch.json is not what was logged")));
}

TEST_F(ChecksEpochs, FailsWhenAnEpochWasBegunOutsideItsWeek) {
  replace_in(folder / "epoch.json", "2026-11-27", "2026-11-22");
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("begun on 2026-11-22, outside its week"),
                                     HasSubstr("should have gone on 2026-12-22")));
}

TEST_F(ChecksEpochs, FailsWhenAnEpochSaysThatItWasBegunLaterThanItWasLogged) {
  replace_in(folder / "epoch.json", "2026-11-27", "2026-11-29");
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("begun after it was logged")));
}

TEST_F(ChecksEpochs, FailsWhenAKeyIsSealedToSomebodyElse) {
  const auto others = sandyk::testing::TestSite::make(2);
  const crypto::Bytes secret(32, 1);
  const auto sealed = seal_to(secret, {others.identities[0].recipient(), others.identities[1].recipient()});
  ASSERT_TRUE(crypto::write_file(folder / "key.age.copy", sealed));
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("key.age.copy is another one than was logged")));
  const auto to_one = seal_to(secret, {others.identities[0].recipient()});
  ASSERT_TRUE(crypto::write_file(folder / "key.age.copy", to_one));
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("key.age.copy is missing or sealed to others")));
}

TEST_F(ChecksEpochs, FailsWhenADatabaseWasChangedSinceItWasClosed) {
  spoil(folder / "reports.db");
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("its files do not match its mark")));
  ASSERT_TRUE(storage::mark_closed(folder, storage::read_mark(folder)->is_compacted));  // and the mark, too
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("its mark is not what was logged")));
}

TEST_F(ChecksEpochs, FailsWhenAnEpochHasVanished) {
  std::filesystem::remove_all(folder);
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("logged, never deleted, and not there")));
}

TEST_F(ChecksEpochs, LeavesOutTheOpenEpochOfAnExport) {
  forget("epoch-closed");
  rewrite_log([&](const auto& entry) {  // on the day it was begun
    return entry.date() > day("2026-11-27") ? std::nullopt : std::optional(entry);
  });
  std::filesystem::remove_all(folder);
  EXPECT_THAT(check("opened once").failures, IsEmpty());
  EXPECT_THAT(check("no epoch has vanished").failures, IsEmpty());
}

TEST_F(ChecksEpochs, FailsWhenAnEpochIsThereThatWasNeverLogged) {
  rewrite_log([&](const auto& entry) {
    return epoch_of(entry) == built.waiting ? std::nullopt : std::optional(entry);
  });
  EXPECT_THAT(check("no epoch has vanished").failures, ElementsAre(HasSubstr("there, and never logged")));
}

TEST_F(ChecksEpochs, FailsWhenSomethingElseLiesAmongTheEpochs) {
  std::filesystem::create_directory(vault / "epochs" / "more\x1B[2J");
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("more?[2J: no epoch")));
}

TEST_F(ChecksEpochs, AreNotLookedForInWhatAServerShows) {
  std::filesystem::remove_all(vault / "epochs");
  std::filesystem::remove_all(vault / "tombstones");
  given.as_of = built.last_day;
  for (const Check& one : checks(true)) EXPECT_THAT(one.failures, IsEmpty()) << one.what;
  EXPECT_EQ(check("nothing is overdue", true).verdict(), Verdict::holds);
  EXPECT_EQ(check("no epoch has vanished", true).verdict(), Verdict::not_checked);
}

}  // namespace
}  // namespace sandyk::audit
