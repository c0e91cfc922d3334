#include "crypto/open/age/identity_file.h"

#include <gtest/gtest.h>

#include "crypto/seal/age/armor.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {
namespace {

constexpr unsigned quick = 10;  // 1 MiB

class IdentityFile : public testing::Test {
 protected:
  HybridIdentity identity = HybridIdentity::generate();
  Bytes good = write_identity_file(identity, secret("pass"), quick).value();

  /// A file whose plaintext is `text`, under the passphrase `pass`.
  static Bytes holding(std::string_view text) {
    Bytes file;
    const std::array<Recipient, 1> recipient = {ScryptRecipient(secret("pass"), quick)};
    auto sealer = Sealer::start(recipient, [&](ByteView part) {
      file.insert(file.end(), part.begin(), part.end());
      return true;
    });
    EXPECT_TRUE(sealer && sealer->write(bytes_of(text)) && sealer->finish());
    return file;
  }
  static IdentityFileFault fault(ByteView file, std::string_view pass = "pass") {
    return read_identity_file(file, secret(pass)).error();
  }
};

TEST_F(IdentityFile, IsReadBackWithItsPassphrase) {
  const auto read = read_identity_file(good, secret("pass"));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().recipient(), identity.recipient());
}

TEST_F(IdentityFile, RefusesAnotherPassphrase) {
  EXPECT_EQ(fault(good, "Pass"), IdentityFileFault::wrong_passphrase);
  EXPECT_EQ(fault(good, ""), IdentityFileFault::wrong_passphrase);
}

TEST_F(IdentityFile, RefusesAChangedOrCutFile) {
  for (const std::size_t at : {std::size_t{0}, good.size() - 1}) {
    Bytes bad = good;
    bad[at] ^= 1;
    EXPECT_EQ(fault(bad), IdentityFileFault::malformed);
  }
  EXPECT_EQ(fault(ByteView(good).first(good.size() - 1)), IdentityFileFault::malformed);
  EXPECT_EQ(fault({}), IdentityFileFault::malformed);
}

TEST_F(IdentityFile, RefusesAPlaintextThatIsNoIdentity) {
  EXPECT_EQ(fault(holding("")), IdentityFileFault::no_identity);
  EXPECT_EQ(fault(holding("# a comment\n")), IdentityFileFault::no_identity);
  EXPECT_EQ(fault(holding("AGE-SECRET-KEY-1\n")), IdentityFileFault::no_identity);
  EXPECT_EQ(fault(holding("#" + std::string(64 * 1024, 'x'))), IdentityFileFault::malformed);
}

TEST_F(IdentityFile, PassesOverCommentsAndEmptyLines) {
  const SecretText secret_line = identity.text();
  const std::string line(text_of(secret_line.expose()));
  EXPECT_EQ(parse_identities("# c\n\n" + line + "\n" + line)->size(), 2U);
  EXPECT_EQ(parse_identities("# c\r\n\r\n" + line + "\r\n")->size(), 1U);
  EXPECT_EQ(parse_identities("")->size(), 0U);
  EXPECT_FALSE(parse_identities(" " + line));
  EXPECT_FALSE(parse_identities(line + " "));
  EXPECT_FALSE(parse_identities(line + "\nx"));
}

TEST_F(IdentityFile, HoldsAtMostAHundredIdentities) {
  const SecretText secret_line = identity.text();
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::string(text_of(secret_line.expose())) + "\n";
  EXPECT_EQ(parse_identities(text)->size(), 100U);
  EXPECT_FALSE(parse_identities(text + std::string(text_of(secret_line.expose()))));
}

TEST_F(IdentityFile, MayBeArmored) {
  std::string text;
  ArmorWriter armor([&](ByteView part) {
    text += text_of(part);
    return true;
  });
  ASSERT_TRUE(armor.write(good) && armor.finish());
  EXPECT_EQ(read_identity_file(bytes_of(text), secret("pass"))->front().recipient(), identity.recipient());
  EXPECT_EQ(fault(bytes_of(text), "Pass"), IdentityFileFault::wrong_passphrase);
  EXPECT_EQ(fault(bytes_of(text.substr(0, text.size() - 10))), IdentityFileFault::malformed);
}

TEST_F(IdentityFile, TakesClassicIdentitiesOnlyWhereSandyksOwnAreNotWanted) {
  const SecretText classic = X25519Identity::generate().text();
  const auto read = parse_identities(text_of(classic.expose()));
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::holds_alternative<X25519Identity>(read->front()));
  EXPECT_EQ(fault(holding(text_of(classic.expose()))), IdentityFileFault::no_identity);
}

}  // namespace
}  // namespace sandyk::crypto::age
