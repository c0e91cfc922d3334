// The stock age is the judge: what we seal it opens, and the other way round.
#include <gtest/gtest.h>

#include "crypto/open/age/identity_file.h"
#include "crypto/seal/age/file.h"
#include "tests/crypto/age/interop.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {
namespace {

const std::string with_passphrase =
    "AGE_PASSPHRASE='" + std::string(interop_passphrase) + "' AGE_PASSPHRASE_WORK_FACTOR=12 ";

std::string for_each(const std::string& names, const std::string& command) {
  return "for f in " + names + "; do " + command + " || exit 1; done";
}

std::string seal_command(const InteropCase& how, const std::string& names) {
  const std::string armored = how.is_armored ? "-a " : "";
  return for_each(names, how.to == InteropCase::To::passphrase
                             ? with_passphrase + "age -e -j batchpass " + armored + "-o $f.age $f"
                             : "age " + armored + "-R recipients -o $f.age $f");
}

std::string open_command(const InteropCase& how, const std::string& names) {
  return for_each(names, how.to == InteropCase::To::passphrase
                             ? with_passphrase + "age -d -j batchpass -o $f.opened $f.age"
                             : "age -d -i identity -o $f.opened $f.age");
}

const OtherAge stock_age = {seal_command, open_command};

class StockAge : public testing::TestWithParam<InteropCase> {};

TEST_P(StockAge, OpensWhatWeSeal) {
  expect_opens_what_we_seal(stock_age, GetParam());
}

TEST_P(StockAge, SealsWhatWeOpen) {
  expect_seals_what_we_open(stock_age, GetParam());
}

INSTANTIATE_TEST_SUITE_P(, StockAge, testing::ValuesIn(interop_cases()),
                         [](const auto& each) { return each.param.name; });

TEST(StockAgeHeader, MayHoldStanzasThatNobodyKnows) {
  expect_passes_over_unknown_stanzas(stock_age, InteropCase::To::hybrid);
  expect_passes_over_unknown_stanzas(stock_age, InteropCase::To::x25519);
}

TEST(StockAgeHeader, IsForHybridOrClassicRecipientsAndForBothWithNeitherOfUs) {
  const TemporaryFolder folder;
  const auto hybrid = HybridIdentity::generate().recipient();
  const auto classic = X25519Identity::generate().recipient();
  folder.write("plain", bytes_of("plain"));
  EXPECT_FALSE(folder.runs("age -r " + hybrid.text() + " -r " + classic.text() + " -o theirs plain"));
  EXPECT_NE(folder.text("said").find("can't mix post-quantum and classic recipients"), std::string::npos)
      << folder.text("said");

  const Recipient mix[] = {hybrid, classic};
  const auto sealed = seal_file(folder.path() / "plain", {folder.path() / "ours"}, mix);
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().fault, SealFault::mixed_recipients);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "ours"));
}

TEST(StockAgeKeygen, WritesIdentitiesThatWeRead) {
  for (const char* kind : {"-pq", ""}) {
    const TemporaryFolder folder;
    ASSERT_TRUE(
        folder.runs("age-keygen " + std::string(kind) + " -o identity && age-keygen -y identity >recipient"))
        << folder.text("said");
    const auto identities = parse_identities(folder.text("identity"));
    ASSERT_TRUE(identities);
    ASSERT_EQ(identities->size(), 1U);
    EXPECT_EQ(recipient_text(identities->front()) + "\n", folder.text("recipient"));
  }
}

TEST(StockAgeKeygen, ReadsOurIdentities) {
  const TemporaryFolder folder;
  for (const Identity& identity : one_identity_of_each_kind()) {
    folder.write("identity", identity_text(identity).expose());
    ASSERT_TRUE(folder.runs("age-keygen -y identity >recipient")) << folder.text("said");
    EXPECT_EQ(folder.text("recipient"), recipient_text(identity) + "\n");
  }
}

TEST(StockAgeIdentityFile, OpensWhenWeWroteIt) {
  const TemporaryFolder folder;
  const auto identity = HybridIdentity::generate();
  folder.write("file", write_identity_file(identity, secret("a b"), quick_log_n).value());
  ASSERT_TRUE(folder.runs("AGE_PASSPHRASE='a b' age -d -j batchpass -o identity file"))
      << folder.text("said");
  const auto identities = parse_identities(folder.text("identity")).value();
  EXPECT_EQ(std::get<HybridIdentity>(identities.front()).recipient(), identity.recipient());
  EXPECT_FALSE(folder.runs("AGE_PASSPHRASE='a  b' age -d -j batchpass -o none file"));
}

TEST(StockAgeIdentityFile, OpensWithUs) {
  const TemporaryFolder folder;
  ASSERT_TRUE(
      folder.runs("age-keygen -pq -o identity && AGE_PASSPHRASE='a b' AGE_PASSPHRASE_WORK_FACTOR=12 "
                  "age -e -j batchpass -o file identity"))
      << folder.text("said");
  const auto read = read_identity_file(folder.read("file"), secret("a b"));
  ASSERT_TRUE(read);
  const auto identities = parse_identities(folder.text("identity")).value();
  EXPECT_EQ(read->front().recipient(), std::get<HybridIdentity>(identities.front()).recipient());
}

}  // namespace
}  // namespace sandyk::crypto::age
