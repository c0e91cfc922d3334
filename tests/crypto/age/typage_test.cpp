// typage, the age of browsers, which the reporter's page is to seal with: what it seals we open, and the
// other way round.
#include <gtest/gtest.h>

#include "crypto/open/age/file.h"
#include "crypto/open/age/identity_file.h"
#include "tests/crypto/age/interop.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {
namespace {

std::string typage(const std::string& arguments) {
  return "SANDYK_NPM='" SANDYK_NPM "' node '" SANDYK_TESTS_FOLDER "/npm/typage.mjs' " + arguments;
}

std::string key_options(const InteropCase& how, const std::string& otherwise) {
  const std::string armored = how.is_armored ? "-a " : "";
  return armored + (how.to == InteropCase::To::passphrase ? "-p '" + std::string(interop_passphrase) + "' "
                                                          : otherwise);
}

std::string seal_command(const InteropCase& how, const std::string& names) {
  return typage("seal " + key_options(how, "-r recipients ") + names);
}

std::string open_command(const InteropCase& how, const std::string& names) {
  return typage("open " + key_options(how, "-i identity ") + names);
}

const OtherAge other = {seal_command, open_command};

class Typage : public testing::TestWithParam<InteropCase> {};

TEST_P(Typage, OpensWhatWeSeal) {
  expect_opens_what_we_seal(other, GetParam());
}

TEST_P(Typage, SealsWhatWeOpen) {
  expect_seals_what_we_open(other, GetParam());
}

INSTANTIATE_TEST_SUITE_P(, Typage, testing::ValuesIn(interop_cases()),
                         [](const auto& each) { return each.param.name; });

TEST(TypageHeader, MayHoldStanzasThatNobodyKnows) {
  expect_passes_over_unknown_stanzas(other, InteropCase::To::hybrid);
  expect_passes_over_unknown_stanzas(other, InteropCase::To::x25519);
}

TEST(TypageHeader, IsForHybridAndClassicRecipientsTogetherAndEitherOpensItWithUs) {
  const TemporaryFolder folder;
  const auto identities = one_identity_of_each_kind();
  folder.write("plain", bytes_of("plain"));
  folder.write("recipients",
               bytes_of(recipient_text(identities[0]) + "\n" + recipient_text(identities[1]) + "\n"));
  ASSERT_TRUE(folder.runs(typage("seal -r recipients plain"))) << folder.text("said");
  for (const Identity& identity : identities) {
    ASSERT_TRUE(open_file(folder.path() / "plain.age", folder.path() / "opened", std::span(&identity, 1),
                          {Encoding::either}, NewFile::Replace::yes))
        << recipient_text(identity);
    EXPECT_EQ(folder.text("opened"), "plain");
    folder.write("opened", {});
  }
}

TEST(TypageKeygen, WritesIdentitiesThatWeRead) {
  const TemporaryFolder folder;
  ASSERT_TRUE(
      folder.runs(typage("keygen >identities") + " && " + typage("recipients identities >recipients")))
      << folder.text("said");
  const auto identities = parse_identities(folder.text("identities"));
  ASSERT_TRUE(identities);
  ASSERT_EQ(identities->size(), 2U);
  EXPECT_EQ(folder.text("recipients"),
            recipient_text(identities->front()) + "\n" + recipient_text(identities->back()) + "\n");
}

TEST(TypageKeygen, ReadsOurIdentities) {
  const TemporaryFolder folder;
  for (const Identity& identity : one_identity_of_each_kind()) {
    folder.write("identity", identity_text(identity).expose());
    ASSERT_TRUE(folder.runs(typage("recipients identity >recipient"))) << folder.text("said");
    EXPECT_EQ(folder.text("recipient"), recipient_text(identity) + "\n");
  }
}

}  // namespace
}  // namespace sandyk::crypto::age
