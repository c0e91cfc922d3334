#include "crypto/open/age/scrypt.h"

#include <gtest/gtest.h>

#include "crypto/open/age/open.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {
namespace {

constexpr unsigned quick = 10;  // 1 MiB

class Scrypt : public testing::Test {
 protected:
  FileKey file_key = FileKey::random();
  Stanza good = ScryptRecipient(secret("pass"), quick).wrap(file_key).value();

  static tl::expected<std::optional<FileKey>, OpenFault> unwrapped(std::vector<Stanza> stanzas,
                                                                   std::string_view passphrase = "pass") {
    return unwrap_with_passphrase(stanzas, secret(passphrase));
  }
};

TEST_F(Scrypt, OpensWithItsPassphraseAndNoOther) {
  const auto opened = unwrapped({good});
  ASSERT_TRUE(opened && *opened);
  EXPECT_TRUE(same(**opened, file_key));
  for (const char* other : {"", "Pass", "pass ", "pas"})
    EXPECT_FALSE(unwrapped({good}, other).value()) << other;
}

TEST_F(Scrypt, HasAnotherSaltEachTime) {
  const auto again = ScryptRecipient(secret("pass"), quick).wrap(file_key).value();
  EXPECT_NE(again.arguments[1], good.arguments[1]);
  EXPECT_NE(again.body, good.body);
}

TEST_F(Scrypt, AWorkFactorBeyondTheLimitIsRefusedBeforeAnyWork) {
  for (const char* work : {"23", "99", "0", "010", "+10", "1e1", "0xa", " 10", "18446744073709551626", ""}) {
    good.arguments[2] = work;
    EXPECT_EQ(unwrapped({good}).error(), OpenFault::header) << work;
  }
}

TEST_F(Scrypt, RefusesAMalformedStanza) {
  const auto refuses = [&](auto&& change) {
    Stanza bad = good;
    change(bad);
    const auto result = unwrapped({bad});
    return !result && result.error() == OpenFault::header;
  };
  EXPECT_TRUE(refuses([](Stanza& s) { s.arguments.pop_back(); }));
  EXPECT_TRUE(refuses([](Stanza& s) { s.arguments.emplace_back("x"); }));
  EXPECT_TRUE(refuses([](Stanza& s) { s.arguments[1].pop_back(); }));
  EXPECT_TRUE(refuses([](Stanza& s) { s.arguments[1] += "=="; }));
  EXPECT_TRUE(refuses([](Stanza& s) { s.arguments[1] = "AAAAAAAAAAAAAAAAAAAAAB"; }));  // unused bits set
  EXPECT_TRUE(refuses([](Stanza& s) { s.body.pop_back(); }));
  EXPECT_TRUE(refuses([](Stanza& s) { s.body.push_back(0); }));
}

TEST_F(Scrypt, StandsAlone) {
  EXPECT_EQ(unwrapped({good, {{"x"}, {}}}).error(), OpenFault::header);
  EXPECT_EQ(unwrapped({good, good}).error(), OpenFault::header);
  EXPECT_FALSE(unwrapped({{{"x"}, {}}}).value());
}

TEST_F(Scrypt, IsNotSealedToWithoutAPassphraseOrWithAWorkFactorThatNobodyOpens) {
  EXPECT_EQ(ScryptRecipient(secret(""), quick).wrap(file_key).error(), SealFault::bad_recipient);
  EXPECT_EQ(ScryptRecipient(secret("pass"), 0).wrap(file_key).error(), SealFault::bad_recipient);
  EXPECT_EQ(ScryptRecipient(secret("pass"), 23).wrap(file_key).error(), SealFault::bad_recipient);
}

}  // namespace
}  // namespace sandyk::crypto::age
