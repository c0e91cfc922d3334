#include "crypto/open/receipt.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <sodium.h>

#include <algorithm>
#include <memory>

#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

std::string digits_of(const ReceiptCode& code) {
  return std::string(text_of(code.expose()));
}

TEST(ReceiptCode, IsTwentyFourDigitsAndDammsCheckDigit) {
  // 572 has the check digit 4 (Damm's example); zeros in front do not change it.
  EXPECT_TRUE(ReceiptCode::parse(std::string(21, '0') + "5724"));
  for (const char c : std::string_view("012356789"))
    EXPECT_FALSE(ReceiptCode::parse(std::string(21, '0') + "572" + c));
}

TEST(ReceiptCode, FindsEveryWrongDigitAndEverySwapOfNeighbours) {
  for (int round = 0; round < 50; ++round) {
    const std::string good = digits_of(ReceiptCode::random());
    ASSERT_TRUE(ReceiptCode::parse(good));
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      for (char c = '0'; c <= '9'; ++c) {
        bad[at] = c;
        EXPECT_EQ(ReceiptCode::parse(bad).has_value(), c == good[at]) << bad;
      }
      if (at == 0 || good[at] == good[at - 1]) continue;
      bad = good;
      std::swap(bad[at], bad[at - 1]);
      EXPECT_FALSE(ReceiptCode::parse(bad)) << bad;
    }
  }
}

TEST(ReceiptCode, IgnoresSpacesAndDashesOnly) {
  const auto code = ReceiptCode::random();
  const SecretText shown = code.grouped();
  const std::string grouped(text_of(shown.expose()));
  ASSERT_EQ(grouped.size(), 29U);
  EXPECT_EQ(std::count(grouped.begin(), grouped.end(), ' '), 4);
  EXPECT_EQ(digits_of(*ReceiptCode::parse(grouped)), digits_of(code));
  EXPECT_EQ(digits_of(*ReceiptCode::parse("- " + grouped + " -")), digits_of(code));
  for (const char* extra : {"\n", "\t", ".", "a", "0", "\xc2\xa0", "+"})
    EXPECT_FALSE(ReceiptCode::parse(grouped + extra)) << extra;
  EXPECT_FALSE(ReceiptCode::parse(grouped.substr(1)));
  EXPECT_FALSE(ReceiptCode::parse(""));
}

TEST(ReceiptCode, DigitsAreUniform) {
  std::array<double, 10> count{};
  constexpr int codes = 1000;
  for (int i = 0; i < codes; ++i)
    for (const char c : digits_of(ReceiptCode::random()).substr(0, 24))
      ++count[static_cast<std::size_t>(c - '0')];
  const double expected = codes * 24 / 10.0;
  double chi_square = 0;
  for (const double n : count) chi_square += (n - expected) * (n - expected) / expected;
  EXPECT_LT(chi_square, 70) << "nine degrees of freedom: by chance once in 10^11 runs";
}

/// HKDF-SHA-256 by OpenSSL.
Bytes openssl_hkdf(ByteView ikm, std::string_view info) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr), EVP_PKEY_CTX_free);
  Bytes out(info == "sandyk/thread/1" ? 16 : 32);
  std::size_t size = out.size();
  if (EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) != 1 ||
      EVP_PKEY_CTX_set1_hkdf_key(context.get(), ikm.data(), static_cast<int>(ikm.size())) != 1 ||
      EVP_PKEY_CTX_add1_hkdf_info(context.get(), bytes_of(info).data(), static_cast<int>(info.size())) != 1 ||
      EVP_PKEY_derive(context.get(), out.data(), &size) != 1)
    throw std::runtime_error("OpenSSL");
  return out;
}

/// The Ed25519 public key by OpenSSL.
Bytes openssl_public_key(ByteView seed) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()), EVP_PKEY_free);
  Bytes out(32);
  std::size_t size = out.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) != 1) throw std::runtime_error("OpenSSL");
  return out;
}

VerifyKey root_of(const Json& vector) {
  const Bytes bytes = from_hex(vector.at("root").get<std::string>()).value();
  std::array<std::uint8_t, 32> key{};
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return VerifyKey({}, key);
}

TEST(Receipt, GivesTheKeysOfTheVectors) {
  const Json list = vectors("receipt.json").at("vectors");
  ASSERT_EQ(list.size(), 3U);
  for (const Json& v : list) {
    const auto keys =
        derive_thread_keys(ReceiptCode::parse(v.at("code").get<std::string>()).value(), root_of(v));
    EXPECT_EQ(to_hex(keys.thread), v.at("thread"));
    EXPECT_EQ(to_hex(keys.reply_key.expose()), v.at("reply_key"));
    EXPECT_EQ(to_hex(keys.seed.expose()), v.at("sign_seed"));
    EXPECT_EQ(to_hex(keys.verify_key), v.at("verify_key"));
  }
}

TEST(Receipt, TheVectorsAreWhatTheFormatsSay) {
  const Json list = vectors("receipt.json").at("vectors");
  ASSERT_EQ(list.size(), 3U);
  for (const Json& v : list) {
    const std::string digits = v.at("code");
    Bytes salted(bytes_of("sandyk/receipt/1").begin(), bytes_of("sandyk/receipt/1").end());
    const Bytes root = from_hex(v.at("root").get<std::string>()).value();
    salted.insert(salted.end(), root.begin(), root.end());
    std::array<std::uint8_t, 32> salt{};
    unsigned size = 0;
    ASSERT_EQ(EVP_Digest(salted.data(), salted.size(), salt.data(), &size, EVP_sha256(), nullptr), 1);
    Bytes derived(32);
    ASSERT_EQ(crypto_pwhash_argon2id(derived.data(), 32, digits.data(), digits.size(), salt.data(), 2,
                                     19 * 1024 * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13),
              0);
    const Bytes seed = openssl_hkdf(derived, "sandyk/sign/1");
    EXPECT_EQ(to_hex(openssl_hkdf(derived, "sandyk/thread/1")), v.at("thread"));
    EXPECT_EQ(to_hex(openssl_hkdf(derived, "sandyk/reply/1")), v.at("reply_key"));
    EXPECT_EQ(to_hex(seed), v.at("sign_seed"));
    EXPECT_EQ(to_hex(openssl_public_key(seed)), v.at("verify_key"));
  }
}

TEST(Receipt, AnotherSiteAndAnotherCodeGiveOtherKeys) {
  const auto code = ReceiptCode::random();
  const auto root = SigningKey::generate().verify_key();
  const auto keys = derive_thread_keys(code, root);
  EXPECT_TRUE(same(keys.reply_key, derive_thread_keys(code, root).reply_key));
  for (const auto& other : {derive_thread_keys(code, SigningKey::generate().verify_key()),
                            derive_thread_keys(ReceiptCode::random(), root)}) {
    EXPECT_NE(keys.thread, other.thread);
    EXPECT_FALSE(same(keys.reply_key, other.reply_key));
    EXPECT_FALSE(same(keys.seed, other.seed));
  }
}

TEST(Receipt, SignsForItsThread) {
  const auto keys = derive_thread_keys(ReceiptCode::random(), SigningKey::generate().verify_key());
  const auto message = bytes_of("follow-up");
  const auto signature = keys.sign(message);
  EXPECT_EQ(
      crypto_sign_verify_detached(signature.data(), message.data(), message.size(), keys.verify_key.data()),
      0);
}

}  // namespace
}  // namespace sandyk::crypto
