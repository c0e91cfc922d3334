// The stock age is the judge: what we seal it opens, and the other way round.
#include <gtest/gtest.h>

#include "crypto/open/age/identity_file.h"
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
  EXPECT_EQ(std::get<age::HybridIdentity>(identities->front()).recipient().text() + "\n",
            folder.text("recipient"));
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
  const auto identities = age::parse_identities(folder.text("identity")).value();
  EXPECT_EQ(std::get<age::HybridIdentity>(identities.front()).recipient(), identity.recipient());
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
  const auto identities = age::parse_identities(folder.text("identity")).value();
  EXPECT_EQ(read->front().recipient(), std::get<age::HybridIdentity>(identities.front()).recipient());
}

}  // namespace
}  // namespace sandyk::crypto
