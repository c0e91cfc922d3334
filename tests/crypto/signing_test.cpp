#include "crypto/open/signing.h"

#include <gtest/gtest.h>

#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

class KeyFile : public testing::Test {
 protected:
  SigningKey key = SigningKey::generate();
  SecretText written = key.write(secret("pass"), SigningKey::quick).value();
  std::string good = std::string(text_of(written.expose()));

  static tl::expected<SigningKey, KeyFileFault> read(std::string_view file, std::string_view pass = "pass") {
    return SigningKey::read(file, secret(pass));
  }
  /// The file with `bytes` written over its decoded second line at `at`.
  std::string with(std::size_t at, Bytes bytes) const {
    const auto line = good.find('\n') + 1;
    Bytes all =
        from_base64(std::string_view(good).substr(line, good.size() - line - 1), Base64::padded).value();
    std::copy(bytes.begin(), bytes.end(), all.begin() + static_cast<std::ptrdiff_t>(at));
    return good.substr(0, line) + to_base64(all, Base64::padded) + "\n";
  }
};

TEST_F(KeyFile, IsReadBackWithItsPassphrase) {
  const auto again = read(good);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->verify_key(), key.verify_key());
  EXPECT_EQ(again->sign(bytes_of("m"), SignedKind::policy, "s", "1"),
            key.sign(bytes_of("m"), SignedKind::policy, "s", "1"));
}

TEST_F(KeyFile, RefusesAnotherPassphrase) {
  EXPECT_EQ(read(good, "Pass").error(), KeyFileFault::wrong_passphrase);
  EXPECT_EQ(read(good, "").error(), KeyFileFault::wrong_passphrase);
  EXPECT_EQ(read(good, "pass\n").error(), KeyFileFault::wrong_passphrase);
}

TEST_F(KeyFile, RefusesAChangedKey) {
  EXPECT_EQ(read(with(6, {1, 2, 3, 4, 5, 6, 7, 8})).error(), KeyFileFault::wrong_passphrase);    // salt
  EXPECT_EQ(read(with(54, {1, 2, 3, 4, 5, 6, 7, 8})).error(), KeyFileFault::wrong_passphrase);   // key id
  EXPECT_EQ(read(with(62, {1, 2, 3, 4, 5, 6, 7, 8})).error(), KeyFileFault::wrong_passphrase);   // seed
  EXPECT_EQ(read(with(126, {1, 2, 3, 4, 5, 6, 7, 8})).error(), KeyFileFault::wrong_passphrase);  // checksum
}

TEST_F(KeyFile, RefusesEveryOtherShape) {
  for (const std::string& bad :
       {std::string(), good + "\n", good.substr(0, good.size() - 1), good.substr(1), std::string(5000, 'A'),
        with(0, {'e'}), with(2, {'A', 'r'}), with(4, {'B', '3'})})
    EXPECT_EQ(read(bad).error(), KeyFileFault::malformed) << bad;
}

TEST_F(KeyFile, RefusesToWorkForMoreThanMinisignEverAsks) {
  EXPECT_EQ(read(with(38, {1, 0, 0, 2})).error(), KeyFileFault::too_costly);     // work: 2^25 + 1
  EXPECT_EQ(read(with(46, {1, 0, 0, 0x40})).error(), KeyFileFault::too_costly);  // memory: 1 GiB + 1
  EXPECT_EQ(read(with(46, Bytes(8, 0xff))).error(), KeyFileFault::too_costly);
}

/// What `minisign -G -W` writes: no masking, no checksum.
std::string without_passphrase(ByteView seed, ByteView public_half) {
  Bytes all(158);
  all[0] = 'E';
  all[1] = 'd';
  all[4] = 'B';
  all[5] = '2';
  std::copy(seed.begin(), seed.end(), all.begin() + 62);
  std::copy(public_half.begin(), public_half.end(), all.begin() + 94);
  return "untrusted comment: minisign encrypted secret key\n" + to_base64(all, Base64::padded) + "\n";
}

TEST(KeyFileWithoutPassphrase, IsReadWhenItsHalvesBelongTogether) {
  const Bytes seed(32);
  std::array<std::uint8_t, 32> public_half;
  WipedArray<64> pair;
  crypto_sign_seed_keypair(public_half.data(), pair.data(), seed.data());
  const auto key = SigningKey::read(without_passphrase(seed, public_half), secret(""));
  ASSERT_TRUE(key);
  EXPECT_TRUE(equal(key->verify_key().key(), public_half));
  public_half[0] ^= 1;
  EXPECT_EQ(SigningKey::read(without_passphrase(seed, public_half), secret("")).error(),
            KeyFileFault::malformed);
}

}  // namespace
}  // namespace sandyk::crypto
