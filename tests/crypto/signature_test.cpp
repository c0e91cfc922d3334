#include "crypto/seal/signature.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "crypto/open/signing.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

class Signature : public testing::Test {
 protected:
  SigningKey key = SigningKey::generate();
  VerifyKey root = key.verify_key();
  std::string site = root.site();
  std::string message = "the bytes";
  std::string good = key.sign(bytes_of(message), SignedKind::keyring, site, "7");

  tl::expected<std::string, SignatureFault> verified(std::string_view file) const {
    return verify(root, bytes_of(message), file, SignedKind::keyring, site);
  }
  SignatureFault fault(std::string_view file) const { return verified(file).error(); }

  std::string with(std::string_view from, std::string_view to) const {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  }
  /// The file with one byte of the decoded line `n` (1 or 3) changed.
  std::string with_flipped(std::size_t n, std::size_t byte) const {
    std::vector<std::string> lines;
    for (Reader reader(bytes_of(good)); auto line = reader.take_line();) lines.emplace_back(*line);
    Bytes bytes = from_base64(lines[n], Base64::padded).value();
    bytes[byte] ^= 1;
    lines[n] = to_base64(bytes, Base64::padded);
    return lines[0] + "\n" + lines[1] + "\n" + lines[2] + "\n" + lines[3] + "\n";
  }
};

TEST_F(Signature, GivesTheMarkOfWhatItSigned) {
  EXPECT_EQ(verified(good), "7");
  EXPECT_NE(good.find("trusted comment: sandyk/1 keyring " + site + " 7\n"), std::string::npos);
}

TEST_F(Signature, RefusesEveryOtherShape) {
  EXPECT_EQ(fault(""), SignatureFault::malformed);
  EXPECT_EQ(fault(good.substr(0, good.size() - 1)), SignatureFault::malformed);
  EXPECT_EQ(fault(good + "\n"), SignatureFault::malformed);
  EXPECT_EQ(fault(with("untrusted", "Untrusted")), SignatureFault::malformed);
  EXPECT_EQ(fault(with("\ntrusted comment: ", "\ntrusted comment ")), SignatureFault::malformed);
  EXPECT_EQ(fault(with("\nRU", "\n RU")), SignatureFault::malformed);
  EXPECT_EQ(fault(with("\nRU", "\nRUQQQQ")), SignatureFault::malformed);
  EXPECT_EQ(fault(with("\ntrusted", "\r\ntrusted")), SignatureFault::malformed);
  EXPECT_EQ(fault(with("untrusted comment: ", "untrusted comment: " + std::string(4096, 'x'))),
            SignatureFault::malformed);
  EXPECT_EQ(fault(with(" 7\n", " 7" + std::string(1024, '0') + "\n")), SignatureFault::malformed);
}

TEST_F(Signature, RefusesTheAlgorithmThatIsNotPrehashed) {
  EXPECT_EQ(fault(with_flipped(1, 1)), SignatureFault::not_prehashed);
}

TEST_F(Signature, RefusesAnotherKey) {
  EXPECT_EQ(fault(with_flipped(1, 2)), SignatureFault::other_key);
  EXPECT_EQ(fault(SigningKey::generate().sign(bytes_of(message), SignedKind::keyring, site, "7")),
            SignatureFault::other_key);
}

TEST_F(Signature, RefusesAnotherKeyThatBorrowsTheKeyId) {
  const auto other = SigningKey::generate().verify_key();
  std::array<std::uint8_t, 32> bytes{};
  std::copy(other.key().begin(), other.key().end(), bytes.begin());
  const VerifyKey borrowed(root.id(), bytes);
  EXPECT_EQ(verify(borrowed, bytes_of(message), good, SignedKind::keyring, site).error(),
            SignatureFault::wrong);
}

TEST_F(Signature, RefusesOtherBytes) {
  EXPECT_EQ(fault(with_flipped(1, 10)), SignatureFault::wrong);
  EXPECT_EQ(fault(with_flipped(1, 73)), SignatureFault::wrong);
  message += ' ';
  EXPECT_EQ(fault(good), SignatureFault::wrong);
  message = "";
  EXPECT_EQ(fault(good), SignatureFault::wrong);
}

TEST_F(Signature, RefusesAChangedComment) {
  EXPECT_EQ(fault(with(" 7\n", " 8\n")), SignatureFault::wrong_comment);
  EXPECT_EQ(fault(with("keyring", "policy")), SignatureFault::wrong_comment);
  EXPECT_EQ(fault(with_flipped(3, 0)), SignatureFault::wrong_comment);
}

TEST_F(Signature, IgnoresTheUntrustedComment) {
  EXPECT_EQ(verified(with("untrusted comment: ", "untrusted comment: anything ")), "7");
}

TEST_F(Signature, OfOneKindNeverPassesForAnother) {
  const SignedKind kinds[] = {SignedKind::keyring, SignedKind::policy,         SignedKind::board,
                              SignedKind::release, SignedKind::import_receipt, SignedKind::statement};
  for (const SignedKind as : kinds)
    for (const SignedKind expected : kinds) {
      const auto result =
          verify(root, bytes_of(message), key.sign(bytes_of(message), as, site, "7"), expected, site);
      if (as == expected)
        EXPECT_TRUE(result);
      else
        EXPECT_EQ(result.error(), SignatureFault::other_kind);
    }
}

TEST_F(Signature, OfOneSiteNeverPassesForAnother) {
  const std::string other = SigningKey::generate().verify_key().site();
  EXPECT_EQ(fault(key.sign(bytes_of(message), SignedKind::keyring, other, "7")), SignatureFault::other_site);
  EXPECT_EQ(fault(key.sign(bytes_of(message), SignedKind::keyring, site + "0", "7")),
            SignatureFault::other_site);
  EXPECT_EQ(fault(key.sign(bytes_of(message), SignedKind::keyring, site.substr(1), "7")),
            SignatureFault::other_site);
}

TEST_F(Signature, NeedsExactlyOneMark) {
  EXPECT_EQ(fault(key.sign(bytes_of(message), SignedKind::keyring, site, "")), SignatureFault::other_kind);
  EXPECT_EQ(fault(key.sign(bytes_of(message), SignedKind::keyring, site, "7 8")), SignatureFault::other_kind);
}

TEST(VerifyKey, ReadsItsOwnForms) {
  const auto key = SigningKey::generate().verify_key();
  EXPECT_EQ(VerifyKey::parse(key.text()), key);
  EXPECT_EQ(VerifyKey::parse(key.file()), key);
  EXPECT_EQ(key.text().size(), 56U);
  EXPECT_EQ(key.site(), sha256(key.key()).hex().substr(0, 16));
}

TEST(VerifyKey, RefusesEveryOtherForm) {
  const std::string text = SigningKey::generate().verify_key().text();
  for (const std::string& bad :
       {std::string(), text.substr(4), text + "AAAA", " " + text, "RQ" + text.substr(2),
        std::string("untrusted comment: x"), std::string("untrusted comment: x\n"), text + "\n" + text,
        std::string(5000, 'A')})
    EXPECT_FALSE(VerifyKey::parse(bad)) << bad;
}

}  // namespace
}  // namespace sandyk::crypto
