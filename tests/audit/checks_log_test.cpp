// What is said of the log itself.
#include <set>

#include "crypto/open/cosigning.h"
#include "storage/layout.h"
#include "tests/audit/built_vault.h"

namespace sandyk::audit {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ChecksLog : public AuditTest {
 protected:
  const std::filesystem::path checkpoint = vault / "log" / "checkpoint";
  std::string note() const {
    return std::string(crypto::text_of(crypto::read_file(checkpoint, 4096).value()));
  }
};

TEST_F(ChecksLog, EverythingHoldsOfAVaultWithAPast) {
  given.as_of = built.last_day;
  EXPECT_THAT(failing(), IsEmpty());
  std::set<std::string> unchecked;
  for (const Check& one : checks())
    if (one.verdict() == Verdict::not_checked) unchecked.insert(one.looked_at);
  EXPECT_THAT(unchecked, ElementsAre("needs --since", "needs --trust"));
}

TEST_F(ChecksLog, FailsWhenAnEntryWasChanged) {
  for (const auto& file : std::filesystem::recursive_directory_iterator(vault / "log" / "tile" / "entries"))
    if (file.is_regular_file()) spoil(file.path());
  EXPECT_EQ(check("log's key signed").verdict(), Verdict::fails);
  EXPECT_EQ(check("nothing is overdue").looked_at, "the log does not verify");
  EXPECT_EQ(check("keyrings are signed").verdict(), Verdict::holds);  // which needs no log
}

TEST_F(ChecksLog, FailsForTheKeyOfAnotherLog) {
  given.log_key = crypto::LogKey::generate(given.log_key.name()).key();
  EXPECT_THAT(check("log's key signed").failures, ElementsAre(HasSubstr("not signed by the log's key")));
}

TEST_F(ChecksLog, FailsWithoutACheckpoint) {
  std::filesystem::remove(checkpoint);
  EXPECT_THAT(check("log's key signed").failures, ElementsAre(HasSubstr("checkpoint is missing")));
}

TEST_F(ChecksLog, FailsWhenACosignatureIsMissingOrDoesNotFit) {
  const auto witness = crypto::WitnessKey::generate("bermet.example.org/w1");
  const std::string trusted = "witness bermet " + witness.vkey() + "\nquorum bermet\n";
  given.trust = crypto::TrustPolicy::parse(trusted).value();
  const std::string what = "as many witnesses";
  EXPECT_THAT(check(what).failures, ElementsAre("too few of them cosigned it"));
  const std::string cosigned = witness.cosign(note(), day("2026-12-26")).value();
  given.checkpoint = cosigned;
  EXPECT_EQ(check(what).verdict(), Verdict::holds);
  EXPECT_THAT(check(what).looked_at, HasSubstr("bermet on 2026-12-26"));
  auto wrong = cosigned;
  wrong[wrong.size() - 8] = wrong[wrong.size() - 8] == 'A' ? 'B' : 'A';
  given.checkpoint = wrong;
  EXPECT_THAT(check(what).failures, ElementsAre(HasSubstr("does not fit")));
}

TEST_F(ChecksLog, TakesAGivenCheckpointThatTheLogHasGrownSince) {
  given.checkpoint = note();
  log({{"drill", {{"what", "x"}}}}, "2026-12-26");
  EXPECT_THAT(failing(), IsEmpty());
  rewrite_log([](const auto& entry) { return entry.type() == "page" ? std::nullopt : std::optional(entry); });
  EXPECT_THAT(check("log's key signed").failures, ElementsAre(HasSubstr("not of this log, or of more")));
  given.checkpoint = "not a note";
  EXPECT_EQ(check("log's key signed").verdict(), Verdict::fails);
}

TEST_F(ChecksLog, FailsWhenTheTrustFileIsForAnotherLog) {
  const auto other = crypto::LogKey::generate("sandyk/other");
  given.trust = crypto::TrustPolicy::parse("log " + other.vkey() + "\nquorum none\n").value();
  EXPECT_THAT(check("as many witnesses").failures, ElementsAre(HasSubstr("for other logs")));
}

TEST_F(ChecksLog, FailsWhenThePastThatWasSeenIsAnother) {
  given.since = note();
  EXPECT_EQ(check("seen before").verdict(), Verdict::holds);
  rewrite_log([](const auto& entry) {
    return entry.type() == "page"
               ? storage::LogEntry::make("drill", {{"date", entry.date().text()}, {"what", "x"}})
               : std::optional(entry);
  });
  EXPECT_THAT(check("seen before").failures, ElementsAre(HasSubstr("were changed")));
  rewrite_log(
      [](const auto& entry) { return entry.type() == "drill" ? std::nullopt : std::optional(entry); });
  EXPECT_THAT(check("seen before").failures, ElementsAre(HasSubstr("not there any more")));
}

TEST_F(ChecksLog, FailsWhenAnEntryIsOfNoKnownFormOrDatesRunBackwards) {
  const std::string what = "every entry is well formed";
  log({{"drill", {{"what", "a test"}}}}, "2026-12-26");
  EXPECT_EQ(check(what).verdict(), Verdict::holds);
  log({{"surprise", {}},
       {"drill", {}},
       {"drill", {{"what", "x"}, {"more", "x"}}},
       {"board",
        {{"organisation", "org-1"},
         {"day", "2026-12-26"},
         {"number", "01"},
         {"sha256", std::string(64, 'a')}}}},
      "2026-12-26");
  EXPECT_THAT(
      check(what).failures,
      ElementsAre(HasSubstr("does not know: surprise"), HasSubstr("lacks the key what"),
                  HasSubstr("has a key that drill has not: more"), HasSubstr("wrong value for number")));
  log({{"drill", {{"what", "x"}}}}, "2026-12-25");
  EXPECT_THAT(check(what).failures, Contains(AllOf(HasSubstr("2026-12-25"), HasSubstr("2026-12-26"))));
}

TEST_F(ChecksLog, FailsWhenItStandsStill) {
  const std::string what = "standing still";
  EXPECT_EQ(check(what).verdict(), Verdict::not_checked);  // a copy
  given.as_of = day("2026-12-28");
  EXPECT_EQ(check(what).verdict(), Verdict::holds);
  given.as_of = day("2026-12-29");
  EXPECT_EQ(check(what).verdict(), Verdict::fails);
  given.as_of = day("2026-12-28");
  EXPECT_EQ(check(what, true).verdict(), Verdict::holds);
}

}  // namespace
}  // namespace sandyk::audit
