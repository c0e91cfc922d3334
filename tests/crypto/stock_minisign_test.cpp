// The stock minisign is the judge: what we sign it verifies, its keys are ours, and the other way round.
#include <gtest/gtest.h>

#include "crypto/open/signing.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

void write_secret(const TemporaryFolder& folder, std::string_view name, const SecretText& text) {
  folder.write(name, text.expose());
}

class StockMinisign : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string site = "0123456789abcdef";
  std::string comment = trusted_comment(SignedKind::policy, site, "2026-11-23");

  void expect_verified(const VerifyKey& key) {
    const auto result = verify(key, folder.read("m"), folder.text("m.minisig"), SignedKind::policy, site);
    ASSERT_TRUE(result);
    EXPECT_EQ(*result, "2026-11-23");
  }
};

TEST_F(StockMinisign, VerifiesWhatWeSign) {
  const auto key = SigningKey::generate();
  for (const std::size_t size : {0U, 1U, 100000U}) {
    folder.write("m", pattern(size));
    folder.write("m.minisig", bytes_of(key.sign(pattern(size), SignedKind::policy, site, "2026-11-23")));
    folder.write("key.pub", bytes_of(key.verify_key().file()));
    EXPECT_TRUE(folder.runs("minisign -V -H -p key.pub -m m")) << folder.text("said");
    EXPECT_NE(folder.text("said").find(comment), std::string::npos);
    EXPECT_TRUE(folder.runs("minisign -V -H -P " + key.verify_key().text() + " -m m"));
    folder.write("m", pattern(size + 1));
    EXPECT_FALSE(folder.runs("minisign -V -H -p key.pub -m m"));
  }
}

TEST_F(StockMinisign, SignsWithOurEncryptedKey) {
  const auto key = SigningKey::generate();
  write_secret(folder, "key", *key.write(secret("pass"), SigningKey::quick));
  folder.write("m", pattern(1000));
  ASSERT_TRUE(folder.runs("echo pass | minisign -S -s key -m m -t '" + comment + "'")) << folder.text("said");
  expect_verified(key.verify_key());
  EXPECT_FALSE(folder.runs("echo Pass | minisign -S -s key -m m -t '" + comment + "'"));
}

TEST_F(StockMinisign, RecreatesOurPublicKeyFileFromOurKey) {
  const auto key = SigningKey::generate();
  write_secret(folder, "key", *key.write(secret("pass"), SigningKey::quick));
  ASSERT_TRUE(folder.runs("echo pass | minisign -R -s key -p key.pub")) << folder.text("said");
  EXPECT_EQ(folder.text("key.pub"), key.verify_key().file());
}

TEST_F(StockMinisign, RecreatesOurPublicKeyFileWhenTheKeyIdStartsWithZeros) {
  auto key = SigningKey::generate();
  while (key.verify_key().id().back() >= 0x10) key = SigningKey::generate();  // the last byte is shown first
  write_secret(folder, "key", *key.write(secret("pass"), SigningKey::quick));
  ASSERT_TRUE(folder.runs("echo pass | minisign -R -s key -p key.pub")) << folder.text("said");
  EXPECT_EQ(folder.text("key.pub"), key.verify_key().file());
}

TEST_F(StockMinisign, MakesEncryptedKeysThatWeRead) {  // one gibibyte of scrypt, as minisign always asks for
  ASSERT_TRUE(folder.runs("printf 'pass\\npass\\n' | minisign -G -p key.pub -s key")) << folder.text("said");
  const auto key = SigningKey::read(folder.text("key"), secret("pass"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->verify_key(), VerifyKey::parse(folder.text("key.pub")));
}

TEST_F(StockMinisign, MakesKeysWithoutPassphraseThatWeReadAndVerify) {
  folder.write("m", pattern(1000));
  ASSERT_TRUE(folder.runs("minisign -G -W -p key.pub -s key && minisign -S -s key -m m -t '" + comment + "'"))
      << folder.text("said");
  const auto key = SigningKey::read(folder.text("key"), secret(""));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->verify_key(), VerifyKey::parse(folder.text("key.pub")));
  expect_verified(key->verify_key());
}

TEST_F(StockMinisign, LegacySignaturesAreRefused) {
  folder.write("m", pattern(1000));
  ASSERT_TRUE(
      folder.runs("minisign -G -W -p key.pub -s key && minisign -S -l -s key -m m -t '" + comment + "'"))
      << folder.text("said");
  EXPECT_EQ(verify(*VerifyKey::parse(folder.text("key.pub")), folder.read("m"), folder.text("m.minisig"),
                   SignedKind::policy, site)
                .error(),
            SignatureFault::not_prehashed);
}

}  // namespace
}  // namespace sandyk::crypto
