// The stock tools are the judges: what we seal and sign, age and minisign read, and the other way round.
#include <gtest/gtest.h>

#include "crypto/open/identity_file.h"
#include "crypto/open/signing.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

const std::size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, 300000};

void write_secret(const TemporaryFolder& folder, std::string_view name, const SecretText& text) {
  folder.write(name, text.expose());
}

TEST(StockAge, OpensWhatWeSeal) {
  const TemporaryFolder folder;
  for (const std::size_t size : sizes) {
    const Bytes plain = pattern(size);
    const auto file = seal_to_new_identities(2, plain);
    folder.write("sealed", file.bytes);
    for (const age::HybridIdentity& identity : file.identities) {
      write_secret(folder, "identity", identity.text());
      ASSERT_TRUE(folder.runs("age -d -i identity -o plain sealed")) << folder.text("said");
      EXPECT_EQ(folder.read("plain"), plain) << size;
    }
  }
}

TEST(StockAge, SealsWhatWeOpen) {
  const TemporaryFolder folder;
  const auto identity = age::HybridIdentity::generate();
  const auto other = age::HybridRecipient::throw_away();
  for (const std::size_t size : sizes) {
    const Bytes plain = pattern(size);
    folder.write("plain", plain);
    ASSERT_TRUE(
        folder.runs("age -r " + other.text() + " -r " + identity.recipient().text() + " -o sealed plain"))
        << folder.text("said");
    const auto opened = age::open_small(folder.read("sealed"), std::span(&identity, 1), size);
    ASSERT_TRUE(opened) << size;
    EXPECT_TRUE(equal(*opened, plain)) << size;
  }
}

TEST(StockAge, KeygenWritesIdentitiesThatWeRead) {
  const TemporaryFolder folder;
  ASSERT_TRUE(folder.runs("age-keygen -pq -o identity && age-keygen -y -o recipient identity"))
      << folder.text("said");
  const auto identities = age::parse_identities(folder.text("identity"));
  ASSERT_TRUE(identities);
  ASSERT_EQ(identities->size(), 1U);
  EXPECT_EQ(identities->front().recipient().text() + "\n", folder.text("recipient"));
}

TEST(StockAge, KeygenReadsOurIdentities) {
  const TemporaryFolder folder;
  const auto identity = age::HybridIdentity::generate();
  write_secret(folder, "identity", identity.text());
  ASSERT_TRUE(folder.runs("age-keygen -y -o recipient identity")) << folder.text("said");
  EXPECT_EQ(folder.text("recipient"), identity.recipient().text() + "\n");
}

TEST(StockAge, OpensOurIdentityFile) {
  const TemporaryFolder folder;
  const auto identity = age::HybridIdentity::generate();
  folder.write("file", *age::write_identity_file(identity, secret("a b"), 12));
  ASSERT_TRUE(folder.runs("AGE_PASSPHRASE='a b' age -d -j batchpass -o identity file"))
      << folder.text("said");
  EXPECT_EQ(age::parse_identities(folder.text("identity"))->front().recipient(), identity.recipient());
  EXPECT_FALSE(folder.runs("AGE_PASSPHRASE='a  b' age -d -j batchpass -o none file"));
}

TEST(StockAge, WritesAnIdentityFileThatWeOpen) {
  const TemporaryFolder folder;
  ASSERT_TRUE(
      folder.runs("age-keygen -pq -o identity && AGE_PASSPHRASE='a b' AGE_PASSPHRASE_WORK_FACTOR=12 "
                  "age -e -j batchpass -o file identity"))
      << folder.text("said");
  const auto read = age::read_identity_file(folder.read("file"), secret("a b"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().recipient(), age::parse_identities(folder.text("identity"))->front().recipient());
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
