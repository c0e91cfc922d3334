#include "crypto/seal/bech32.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/open/age/mlkem768x25519.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

/// The 5-bit groups 0 to 31, which are 20 bytes exactly.
constexpr std::string_view all_groups = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";

TEST(Bech32, ReadsTheValidStringsOfBip173) {
  EXPECT_EQ(from_bech32("a", "a12uel5l"), Bytes());
  EXPECT_EQ(from_bech32("abcdef", all_groups)->size(), 20U);
  EXPECT_EQ(from_bech32(
                "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
                "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs"),
            Bytes());
  EXPECT_EQ(from_bech32("?", "?1ezyfcl"), Bytes());
  EXPECT_EQ(
      from_bech32(
          "1", "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j"),
      Bytes(51));
  EXPECT_TRUE(from_bech32_secret("A", "A12UEL5L"));
}

TEST(Bech32, RefusesTheInvalidStringsOfBip173) {
  EXPECT_FALSE(from_bech32("pzry", "pzry9x0s0muk"));
  EXPECT_FALSE(from_bech32("", "1pzry9x0s0muk"));
  EXPECT_FALSE(from_bech32("x", "x1b4n0q5v"));
  EXPECT_FALSE(from_bech32("li", "li1dgmt3"));
  EXPECT_FALSE(from_bech32("de", "de1lg7wt\xff"));
  EXPECT_FALSE(from_bech32_secret("A", "A1G7SGD8"));
  EXPECT_FALSE(from_bech32("", "10a06t8"));
  EXPECT_FALSE(from_bech32("", "1qzzfhee"));
}

TEST(Bech32, RefusesBech32m) {  // BIP 350's valid strings have another constant
  EXPECT_FALSE(from_bech32("a", "a1lqfn3a"));
}

TEST(Bech32, ReadsWhatItWroteAtEveryLength) {
  for (std::size_t size = 0; size < 70; ++size) {
    const Bytes bytes = pattern(size);
    EXPECT_EQ(from_bech32("age1pq", to_bech32("age1pq", bytes)), bytes);
  }
}

TEST(Bech32, FindsEveryOtherCharacter) {
  const std::string good(all_groups);
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char c : std::string_view("qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio-")) {
      if (c == good[at]) continue;
      std::string bad = good;
      bad[at] = c;
      EXPECT_FALSE(from_bech32("abcdef", bad)) << bad;
    }
}

TEST(Bech32, RefusesPaddingBitsThatAreNotZero) {
  // One byte is two groups: 'p' in the second would be a padding bit. The checksums are right.
  EXPECT_EQ(from_bech32("a", to_bech32("a", Bytes{0})), Bytes{0});
  EXPECT_FALSE(from_bech32("a", "a1qpamnt9j"));
  EXPECT_FALSE(from_bech32("a", "a1q3g6mn3"));
}

TEST(Bech32, TakesARecipientInLowerCaseOnly) {
  const auto recipient = age::HybridIdentity::generate().recipient();
  const std::string text = recipient.text();
  EXPECT_EQ(text.size(), 1959U);
  EXPECT_EQ(age::HybridRecipient::parse(text), recipient);
  EXPECT_FALSE(age::HybridRecipient::parse(upper(text)));
  EXPECT_FALSE(age::HybridRecipient::parse("A" + text.substr(1)));
  EXPECT_FALSE(age::HybridRecipient::parse(text + "\n"));
  EXPECT_FALSE(age::HybridRecipient::parse(" " + text));
  EXPECT_FALSE(age::HybridRecipient::parse(to_bech32("age1pq", Bytes(1215))));
  EXPECT_FALSE(age::HybridRecipient::parse(to_bech32("age1pq", Bytes(1217))));
  EXPECT_FALSE(age::HybridRecipient::parse(to_bech32("age", Bytes(1216))));
}

TEST(Bech32, TakesAnIdentityInUpperCaseOnly) {
  const auto identity = age::HybridIdentity::generate();
  const SecretText secret_text = identity.text();
  const std::string text(text_of(secret_text.expose()));
  EXPECT_EQ(text.size(), 77U);
  EXPECT_EQ(age::HybridIdentity::parse(text)->recipient(), identity.recipient());
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  EXPECT_FALSE(age::HybridIdentity::parse(lower));
  EXPECT_FALSE(age::HybridIdentity::parse("a" + text.substr(1)));
  EXPECT_FALSE(age::HybridIdentity::parse(text + " "));
  const SecretText longer = to_bech32_secret("AGE-SECRET-KEY-PQ-", Bytes(33));
  EXPECT_FALSE(age::HybridIdentity::parse(text_of(longer.expose())));
  const SecretText classic = to_bech32_secret("AGE-SECRET-KEY-", Bytes(32));
  EXPECT_FALSE(age::HybridIdentity::parse(text_of(classic.expose())));
}

}  // namespace
}  // namespace sandyk::crypto
