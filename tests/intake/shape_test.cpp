#include "intake/shape.h"

#include <gtest/gtest.h>

#include "crypto/seal/age/format.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/size_class.h"

namespace sandyk::intake {
namespace {

namespace age = crypto::age;

crypto::Bytes sealed_to(std::size_t stanzas, std::uint64_t size = 16 * crypto::kib) {
  std::vector<age::HybridRecipient> recipients;
  for (std::size_t i = 0; i < stanzas; ++i) recipients.push_back(age::HybridRecipient::throw_away());
  return *age::seal(recipients, crypto::Bytes(size));
}

tl::expected<void, ShapeFault> shape_of(const crypto::Bytes& bytes, std::size_t stanzas = 2) {
  return check_shape(storage::SealedBody(bytes), stanzas);
}

/// `bytes` with the first `from` replaced.
crypto::Bytes changed(const crypto::Bytes& bytes, std::string_view from, std::string_view to) {
  std::string text(crypto::text_of(bytes));
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  text.replace(at, from.size(), to);
  return {text.begin(), text.end()};
}

TEST(Shape, AcceptsEveryClassForOneToFourOrganisations) {
  for (const std::uint64_t size : {16 * crypto::kib, 64 * crypto::kib, 256 * crypto::kib, crypto::mib})
    for (std::size_t stanzas = 1; stanzas <= 4; ++stanzas)
      EXPECT_TRUE(shape_of(sealed_to(stanzas, size), stanzas)) << size << ' ' << stanzas;
}

TEST(Shape, RefusesOneByteMoreOrLess) {
  auto bytes = sealed_to(2);
  bytes.push_back(0);
  EXPECT_EQ(shape_of(bytes).error(), ShapeFault::length);
  bytes.resize(bytes.size() - 2);
  EXPECT_EQ(shape_of(bytes).error(), ShapeFault::length);
}

TEST(Shape, RefusesAnotherNumberOfStanzasInAFileOfTheRightLength) {
  for (const std::size_t stanzas : {1U, 3U}) {
    auto bytes = sealed_to(stanzas);
    bytes.resize(crypto::sealed_length(16 * crypto::kib, 2));
    EXPECT_EQ(shape_of(bytes).error(), ShapeFault::stanza_count) << stanzas;
  }
}

TEST(Shape, RefusesAStanzaOfAnotherKind) {
  EXPECT_EQ(shape_of(changed(sealed_to(2), "-> mlkem768x25519 ", "-> mlkem768x25518 ")).error(),
            ShapeFault::stanza_kind);
  EXPECT_EQ(shape_of(changed(sealed_to(2), "-> mlkem768x25519 ", "-> X25519 AAAAAAA ")).error(),
            ShapeFault::stanza_kind);
}

TEST(Shape, RefusesAStanzaWithAThirdArgument) {
  auto bytes = sealed_to(2);
  bytes[age::version_line.size() + 1 + 18 + 700] = ' ';
  EXPECT_EQ(shape_of(bytes).error(), ShapeFault::stanza);
}

TEST(Shape, RefusesAnEncapsulationWithTrailingBits) {
  auto bytes = sealed_to(2);
  const auto last = age::version_line.size() + 1 + 18 + 1494 - 1;
  // 1120 bytes are 1493 full characters and four bits: the last character has two bits that must be zero.
  bytes[last] = bytes[last] == 'B' ? 'D' : 'B';
  EXPECT_EQ(shape_of(bytes).error(), ShapeFault::stanza);
}

TEST(Shape, RefusesADamagedVersionBodyAndMac) {
  const auto good = sealed_to(2);
  EXPECT_EQ(shape_of(changed(good, "/v1\n", "/v2\n")).error(), ShapeFault::not_age);
  EXPECT_EQ(shape_of(changed(good, "\n---", "\n--+")).error(), ShapeFault::header);
  auto body = good;
  body[age::version_line.size() + 1 + 18 + 1494 + 1] = '*';
  EXPECT_EQ(shape_of(body).error(), ShapeFault::header);
}

TEST(Shape, RefusesArmorWithItsOwnFault) {
  auto bytes = sealed_to(2);
  constexpr std::string_view line = "-----BEGIN AGE ENCRYPTED FILE-----\n";
  std::copy(line.begin(), line.end(), bytes.begin());
  EXPECT_EQ(shape_of(bytes).error(), ShapeFault::armored);
}

TEST(Shape, RefusesWhatIsNoAgeFile) {
  EXPECT_EQ(shape_of({}).error(), ShapeFault::not_age);
  EXPECT_EQ(shape_of(crypto::Bytes(crypto::sealed_length(16 * crypto::kib, 2))).error(), ShapeFault::not_age);
}

TEST(Shape, HashesABodyInPieces) {
  const auto bytes = sealed_to(1, 256 * crypto::kib);
  EXPECT_EQ(digest_of(storage::SealedBody(bytes)), crypto::report_id(bytes));
}

}  // namespace
}  // namespace sandyk::intake
