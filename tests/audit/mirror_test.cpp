// Mirroring what a server shows, from a stand-in for the network that reads a vault.
#include "audit/mirror.h"

#include "storage/layout.h"
#include "tests/audit/built_vault.h"

namespace sandyk::audit {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MirrorTest : public AuditTest {
 protected:
  const std::filesystem::path copy = temporary.path / "mirror";
  std::vector<std::string> asked;
  std::string broken;  ///< a path that the network does not bring

  tl::expected<void, Failure> run() {
    std::filesystem::remove_all(copy);
    std::filesystem::create_directory(copy);
    return mirror(
        [this](const std::string& path,
               std::size_t max_size) -> tl::expected<std::optional<crypto::Bytes>, Failure> {
          asked.push_back(path);
          if (path == broken) return failure(crypto::exit_unverified, "Another server.");
          auto bytes = crypto::read_file(vault.string() + path, max_size);
          if (!bytes) return std::nullopt;
          return std::move(*bytes);
        },
        copy, given.log_key);
  }
};

TEST_F(MirrorTest, BringsLogKeyringsAndPoliciesAndNothingElse) {
  given.as_of = built.last_day;
  ASSERT_TRUE(run());
  for (const std::string& path : asked)
    EXPECT_TRUE(path.starts_with("/log/") || path.starts_with("/keyring/") || path.starts_with("/policy/"))
        << path;
  EXPECT_THAT(asked, Contains("/policy/2.json.minisig"));
  for (const Check& one : check_all(gather(copy, true, given)))
    EXPECT_THAT(one.failures, IsEmpty()) << one.what;
}

TEST_F(MirrorTest, BringsWhatDoesNotVerifyForTheChecksToSaySo) {
  replace_in(vault / "keyring" / "2026-W48.json", "\"board_slots\": 32", "\"board_slots\": 33");
  ASSERT_TRUE(run());
  const auto checks = check_all(gather(copy, true, given));
  EXPECT_TRUE(std::any_of(checks.begin(), checks.end(), [](const Check& one) {
    return one.what.starts_with("keyrings are signed") && one.verdict() == Verdict::fails;
  }));
}

TEST_F(MirrorTest, LeavesOutWhatTheServerHasNot) {
  std::filesystem::remove(vault / "policy" / "1.json");
  ASSERT_TRUE(run());
  const auto checks = check_all(gather(copy, true, given));
  EXPECT_TRUE(std::any_of(checks.begin(), checks.end(), [](const Check& one) {
    return one.what.starts_with("every logged policy") && one.verdict() == Verdict::fails;
  }));
}

TEST_F(MirrorTest, EndsWhenTheNetworkFailsWithTheReasonAndItsCode) {
  for (const char* path : {"/log/checkpoint", "/keyring/2026-W48.json", "/policy/2.json.minisig"}) {
    broken = path;
    const auto done = run();
    ASSERT_FALSE(done) << path;
    EXPECT_EQ(done.error().code, crypto::exit_unverified);
    EXPECT_EQ(done.error().say, "Another server.");
  }
}

TEST_F(MirrorTest, EndsWhenThereIsNoLog) {
  std::filesystem::remove_all(vault / "log");
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, crypto::exit_not_done);
  EXPECT_THAT(done.error().say, HasSubstr("no audit log"));
}

}  // namespace
}  // namespace sandyk::audit
