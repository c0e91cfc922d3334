// A witness never cosigns two pasts.
#include "audit/witness.h"

#include <sys/stat.h>

#include "storage/layout.h"
#include "tests/audit/built_vault.h"

namespace sandyk::audit {
namespace {

using ::testing::HasSubstr;

class Witness : public AuditTest {
 protected:
  const crypto::WitnessKey key = crypto::WitnessKey::generate("bermet.example.org/w1");
  const std::filesystem::path state = temporary.path / "state";
  const crypto::Date today = day("2026-12-26");

  tl::expected<std::string, Failure> run() const { return cosign(evidence(), key, state, today); }
  void expect_refusal(const std::string& words) const {
    const auto kept = crypto::read_file(last_cosigned_file(state, given.log_key), 1U << 20);
    const auto done = run();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, crypto::exit_unverified);
    EXPECT_THAT(done.error().say, HasSubstr(words));
    EXPECT_EQ(kept, crypto::read_file(last_cosigned_file(state, given.log_key), 1U << 20));
  }
};

TEST_F(Witness, CosignsAtMidnightAndRemembers) {
  const auto note = run();
  ASSERT_TRUE(note) << note.error().say;
  const auto time = crypto::SignedNote::parse(*note)->verify_cosignature(key.key());
  ASSERT_TRUE(time);
  EXPECT_EQ(*time, 1798243200U);  // date -u -d 2026-12-26 +%s
  EXPECT_TRUE(crypto::verify_checkpoint(*note, given.log_key.name(), given.log_key));
  EXPECT_EQ(crypto::text_of(crypto::read_file(last_cosigned_file(state, given.log_key), 1U << 20).value()),
            *note);
}

TEST_F(Witness, CosignsAgainAndWhatFollows) {
  ASSERT_TRUE(run());
  ASSERT_TRUE(run());
  log({{"drill", {{"what", "x"}}}}, "2026-12-26");
  ASSERT_TRUE(run());
}

TEST_F(Witness, CosignsBesideOthers) {
  const auto first = run().value();
  given.checkpoint = first;
  const auto other = crypto::WitnessKey::generate("aikyn.example.org/w1");
  const auto both = cosign(evidence(), other, temporary.path / "other", today);
  ASSERT_TRUE(both);
  EXPECT_TRUE(crypto::SignedNote::parse(*both)->verify_cosignature(key.key()));
  EXPECT_TRUE(crypto::SignedNote::parse(*both)->verify_cosignature(other.key()));
}

TEST_F(Witness, RefusesAChangedPastAndAShorterOne) {
  ASSERT_TRUE(run());
  rewrite_log([](const auto& entry) {
    return entry.type() == "page"
               ? storage::LogEntry::make("drill", {{"date", entry.date().text()}, {"what", "x"}})
               : std::optional(entry);
  });
  expect_refusal("its past was changed");
  rewrite_log(
      [](const auto& entry) { return entry.type() == "drill" ? std::nullopt : std::optional(entry); });
  expect_refusal("was cosigned before");
}

TEST_F(Witness, RefusesAnOlderCheckpointOfTheSameLog) {
  given.checkpoint =
      std::string(crypto::text_of(crypto::read_file(vault / "log" / "checkpoint", 1U << 20).value()));
  log({{"drill", {{"what", "x"}}}}, "2026-12-26");
  const auto older = std::exchange(given.checkpoint, std::nullopt);
  ASSERT_TRUE(run());
  given.checkpoint = older;
  expect_refusal("was cosigned before");
}

TEST_F(Witness, RefusesALogThatDoesNotVerify) {
  std::filesystem::remove_all(vault / "log" / "tile");
  expect_refusal("Nothing was signed");
}

TEST_F(Witness, RefusesToGoOnFromADamagedMemory) {
  ASSERT_TRUE(run());
  spoil(last_cosigned_file(state, given.log_key));
  expect_refusal("damaged");
}

TEST_F(Witness, MakesAKeyThatItReadsAgainAndNeverWritesOverOne) {
  const auto file = temporary.path / "witness.key";
  const auto vkey = make_witness_key("bermet.example.org/w1", file);
  ASSERT_TRUE(vkey);
  struct ::stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(read_witness_key(file)->vkey(), *vkey);
  EXPECT_FALSE(make_witness_key("bermet.example.org/w1", file));
  EXPECT_EQ(make_witness_key("two words", temporary.path / "other").error().code, crypto::exit_usage);
  EXPECT_EQ(read_witness_key(vault / "keyring" / "2026-W48.json").error().code, crypto::exit_no_key);
}

}  // namespace
}  // namespace sandyk::audit
