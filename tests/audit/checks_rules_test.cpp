// Keyrings, policies and holds: each check fails by the smallest change.
#include "storage/layout.h"
#include "tests/audit/built_vault.h"

namespace sandyk::audit {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ChecksRules : public AuditTest {
 protected:
  const std::filesystem::path keyring = vault / "keyring" / "2026-W48.json";
  const std::filesystem::path policy = vault / "policy" / "2.json";
};

TEST_F(ChecksRules, FailsWhenAKeyringIsNotSignedByTheRoot) {
  replace_in(keyring, "\"board_slots\": 32", "\"board_slots\": 33");
  EXPECT_THAT(check("keyrings are signed").failures, Contains(HasSubstr("2026-W48.json")));
  EXPECT_THAT(check("every logged keyring").failures, ElementsAre(HasSubstr("logged, and not there")));
}

TEST_F(ChecksRules, FailsWhenAKeyringWasNeverLoggedOrDoesNotFollow) {
  auto content = built.keys().content(crypto::Week(storage::monday) + std::chrono::weeks(1), 2);
  content.previous = crypto::sha256(crypto::bytes_of("another"));
  const auto second = built.keys().sign(content);
  ASSERT_TRUE(crypto::write_file(vault / "keyring" / "2026-W49.json", crypto::bytes_of(second.json)));
  ASSERT_TRUE(
      crypto::write_file(vault / "keyring" / "2026-W49.json.minisig", crypto::bytes_of(second.signature)));
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("serial 2 does not name serial 1"),
                                     HasSubstr("2026-W49: there, and never logged")));
}

TEST_F(ChecksRules, FailsWhenAnotherKeyringTookTheLoggedOnesPlace) {
  auto content = built.keys().content(crypto::Week(storage::monday), 2);
  const auto other = built.keys().sign(content);
  ASSERT_TRUE(crypto::write_file(keyring, crypto::bytes_of(other.json)));
  ASSERT_TRUE(crypto::write_file(keyring.string() + ".minisig", crypto::bytes_of(other.signature)));
  EXPECT_THAT(check("every logged keyring").failures,
              ElementsAre(HasSubstr("another one than was logged"), HasSubstr("never logged")));
  EXPECT_THAT(check("rests on a signed keyring").failures, Contains(HasSubstr("made with another keyring")));
}

TEST_F(ChecksRules, FailsWhenAPolicyIsNotSignedOrIsMissing) {
  replace_in(policy, "\"owner\": \"the board\"", "\"owner\": \"the bored\"");
  EXPECT_THAT(check("policies are signed").failures, ElementsAre(HasSubstr("2.json")));
  EXPECT_THAT(check("every logged policy").failures,
              ElementsAre(HasSubstr("serial 2: logged, and not there")));
}

TEST_F(ChecksRules, FailsWhenAPolicyDoesNotFollowOrIsAnotherThanWasLogged) {
  auto content = built.second_policy();
  content.previous = crypto::sha256(crypto::bytes_of("another"));
  built.put_policy(vault, content);
  EXPECT_THAT(check("policies are signed").failures, ElementsAre("serial 2 does not name serial 1"));
  EXPECT_THAT(check("every logged policy").failures,
              ElementsAre(HasSubstr("another one than was logged"), HasSubstr("never logged")));
}

TEST_F(ChecksRules, FailsWhenThePolicyNamesAnotherLog) {
  auto content = built.second_policy();
  content.log_key = crypto::LogKey::generate(given.log_key.name()).vkey();
  built.put_policy(vault, content);
  EXPECT_THAT(check("names this log's key").failures, ElementsAre("it names another key than was given"));
}

TEST_F(ChecksRules, FailsWhenAHoldHasOneApprovalOnly) {
  auto content = built.second_policy();
  const std::string text = crypto::hold_text(built.name(), content.holds[0]);
  content.holds[0].signed_by[1] =
      sandyk::testing::approval(crypto::SigningKey::generate(), text, built.name(), "2027-01-31");
  built.put_policy(vault, content);
  EXPECT_THAT(check("two people approved each hold").failures,
              ElementsAre(HasSubstr("not approved by two people"), HasSubstr("not an approved hold")));
}

TEST_F(ChecksRules, FailsWhenAHoldWasNeverLogged) {
  rewrite_log([](const auto& entry) { return entry.type() == "hold" ? std::nullopt : std::optional(entry); });
  EXPECT_THAT(failing(), ElementsAre(HasSubstr("case-1 until 2027-01-31 of serial 2: never logged")));
}

TEST_F(ChecksRules, AreNotCheckedWithoutTheRootKey) {
  given.root.reset();
  EXPECT_THAT(failing(), IsEmpty());
  for (const char* what :
       {"keyrings are signed", "policies are signed", "two people approved", "nothing is overdue"})
    EXPECT_EQ(check(what).verdict(), Verdict::not_checked) << what;
  EXPECT_EQ(check("opened once").verdict(), Verdict::holds);
}

}  // namespace
}  // namespace sandyk::audit
