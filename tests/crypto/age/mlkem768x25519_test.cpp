#include "crypto/open/age/mlkem768x25519.h"

#include <gtest/gtest.h>

#include "crypto/seal/bech32.h"
#include "tests/crypto/age/samples.h"

namespace sandyk::crypto::age {
namespace {

constexpr std::size_t lattice_enc_size = 1088, lattice_public_size = 1184;  // the X25519 half stands behind

class Mlkem768X25519 : public testing::Test {
 protected:
  HybridIdentity identity = HybridIdentity::generate();
  FileKey file_key = FileKey::random();
  Stanza good = identity.recipient().wrap(file_key).value();

  bool opens(const std::vector<Stanza>& stanzas) const {
    const auto found = identity.unwrap(stanzas);
    return found && *found && same(**found, file_key);
  }
  /// True when all stanzas are well-formed and none is for this identity.
  bool passes_over(const std::vector<Stanza>& stanzas) const {
    const auto found = identity.unwrap(stanzas);
    return found && !*found;
  }
  bool is_header_fault(const std::vector<Stanza>& stanzas) const {
    const auto found = identity.unwrap(stanzas);
    return !found && found.error() == OpenFault::header;
  }
  Stanza with_bit_flipped(std::size_t byte) const {
    return with_argument(good, [&](Bytes& enc) { enc[byte] ^= 1; });
  }
};

TEST_F(Mlkem768X25519, ARecipientIsOneLowerCaseText) {
  const std::string text = identity.recipient().text();
  EXPECT_EQ(text.size(), 1959U);
  EXPECT_EQ(text.substr(0, 7), "age1pq1");
  EXPECT_EQ(HybridRecipient::parse(text), identity.recipient());
  const std::string mixed = text.substr(0, 7) + upper_case(text.substr(7));
  for (const std::string& other : {upper_case(text), mixed, "A" + text.substr(1), text + "\n", " " + text,
                                   text.substr(0, 1958), text + "q", std::string("age1pq1"), std::string()})
    EXPECT_FALSE(HybridRecipient::parse(other));
}

TEST_F(Mlkem768X25519, ARecipientHasItsNumberOfBytesUnderItsOwnPrefix) {
  EXPECT_TRUE(HybridRecipient::parse(to_bech32("age1pq", Bytes(1216))));
  for (const std::size_t size : {0U, 32U, 1184U, 1215U, 1217U})
    EXPECT_FALSE(HybridRecipient::parse(to_bech32("age1pq", Bytes(size)))) << size;
  for (const char* prefix : {"age", "age1", "age1p", "age1pq1", "age1tagpq"})
    EXPECT_FALSE(HybridRecipient::parse(to_bech32(prefix, Bytes(1216)))) << prefix;
}

TEST_F(Mlkem768X25519, AnIdentityIsOneUpperCaseText) {
  const SecretText guarded = identity.text();
  const std::string text(text_of(guarded.expose()));
  EXPECT_EQ(text.size(), 77U);
  EXPECT_EQ(HybridIdentity::parse(text).value().recipient(), identity.recipient());
  const std::string mixed = text.substr(0, 19) + lower_case(text.substr(19));
  for (const std::string& other : {lower_case(text), mixed, "a" + text.substr(1), text + "\n", " " + text,
                                   text.substr(0, 76), text + "Q", identity.recipient().text()})
    EXPECT_FALSE(HybridIdentity::parse(other));
}

TEST_F(Mlkem768X25519, AnIdentityHasThirtyTwoBytesUnderItsOwnPrefix) {
  const auto parses = [](std::string_view prefix, std::size_t size) {
    const SecretText text = to_bech32_secret(prefix, Bytes(size, 1));
    return HybridIdentity::parse(text_of(text.expose())).has_value();
  };
  EXPECT_TRUE(parses("AGE-SECRET-KEY-PQ-", 32));
  for (const std::size_t size : {0U, 31U, 33U, 64U}) EXPECT_FALSE(parses("AGE-SECRET-KEY-PQ-", size)) << size;
  for (const char* prefix : {"AGE-SECRET-KEY-", "AGE-SECRET-KEY-PQ", "AGE-PLUGIN-PQ-", "AGE1PQ"})
    EXPECT_FALSE(parses(prefix, 32)) << prefix;
  const SecretText classic = X25519Identity::generate().text();
  EXPECT_FALSE(HybridIdentity::parse(text_of(classic.expose())));
}

TEST_F(Mlkem768X25519, OpensWhatIsWrappedForItAndPassesOverWhatIsForOthers) {
  EXPECT_EQ(good.arguments.size(), 2U);
  EXPECT_EQ(good.arguments[1].size(), 1494U);
  EXPECT_EQ(good.body.size(), 32U);
  const Stanza others = HybridRecipient::throw_away().wrap(file_key).value();
  EXPECT_TRUE(opens({good}));
  EXPECT_TRUE(passes_over({others}));
  EXPECT_TRUE(passes_over({}));
  EXPECT_TRUE(opens({others, good, others}));
}

TEST_F(Mlkem768X25519, AChangedStanzaOfTheRightFormIsForNobody) {
  for (const std::size_t byte :
       {std::size_t{0}, std::size_t{500}, lattice_enc_size - 1, lattice_enc_size, xwing_enc_size - 1})
    EXPECT_TRUE(passes_over({with_bit_flipped(byte)})) << byte;  // ML-KEM rejects implicitly
  for (const std::size_t byte : {0U, 15U, 16U, 31U}) {
    Stanza bad = good;
    bad.body[byte] ^= 1;
    EXPECT_TRUE(passes_over({bad})) << byte;
  }
  EXPECT_TRUE(opens({with_bit_flipped(7), good}));
}

TEST_F(Mlkem768X25519, PassesOverStanzasOfOtherTypes) {
  for (const char* type : {"MLKEM768X25519", "Mlkem768x25519", "mlkem768x2551", "mlkem768x255199",
                           "mlkem768p256tag", "X25519", "scrypt"}) {
    Stanza other = good;
    other.arguments[0] = type;
    EXPECT_TRUE(passes_over({other})) << type;
    EXPECT_TRUE(opens({other, good})) << type;
  }
}

TEST_F(Mlkem768X25519, RefusesAMalformedStanzaEvenBeforeAGoodOne) {
  std::vector<Stanza> bad;
  const auto add = [&](auto&& change) {
    Stanza stanza = good;
    change(stanza);
    bad.push_back(std::move(stanza));
  };
  add([](Stanza& s) { s.arguments.pop_back(); });
  add([](Stanza& s) { s.arguments.emplace_back("x"); });
  add([](Stanza& s) { s.arguments[1] += '='; });
  add([](Stanza& s) { s.arguments[1].pop_back(); });
  add([](Stanza& s) { s.arguments[1] += 'A'; });
  add([](Stanza& s) { s.arguments[1].front() = '_'; });
  add([](Stanza& s) { s.arguments[1] = std::string(1493, 'A') + 'B'; });  // unused bits set
  add([](Stanza& s) { s.body.pop_back(); });
  add([](Stanza& s) { s.body.push_back(0); });
  add([](Stanza& s) { s.body.clear(); });
  add([](Stanza& s) { s = with_argument(s, [](Bytes& enc) { enc.pop_back(); }); });
  add([](Stanza& s) { s = with_argument(s, [](Bytes& enc) { enc.push_back(0); }); });
  add([](Stanza& s) { s = with_argument(s, [](Bytes& enc) { enc.resize(lattice_enc_size); }); });
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_TRUE(is_header_fault({bad[i]})) << i;
    EXPECT_TRUE(is_header_fault({bad[i], good})) << i;
    EXPECT_TRUE(opens({good, bad[i]})) << i;  // what opens first is not looked behind
  }
}

TEST_F(Mlkem768X25519, RefusesAShareOfLowOrder) {
  for (const X25519Point& point : points_of_low_order()) {
    const Stanza bad = with_argument(
        good, [&](Bytes& enc) { std::copy(point.begin(), point.end(), enc.begin() + lattice_enc_size); });
    EXPECT_TRUE(is_header_fault({bad})) << to_hex(point);
  }
}

TEST_F(Mlkem768X25519, SealsToNoRecipientOfLowOrder) {
  const Bytes bytes = from_bech32(hybrid_recipient_hrp, identity.recipient().text()).value();
  std::array<std::uint8_t, xwing_public_size> key;
  std::copy(bytes.begin(), bytes.end(), key.begin());
  ASSERT_TRUE(HybridRecipient(key).wrap(file_key));
  for (const X25519Point& point : points_of_low_order()) {
    std::copy(point.begin(), point.end(), key.begin() + lattice_public_size);
    const auto wrapped = HybridRecipient(key).wrap(file_key);
    ASSERT_FALSE(wrapped) << to_hex(point);
    EXPECT_EQ(wrapped.error(), SealFault::bad_recipient);
  }
}

}  // namespace
}  // namespace sandyk::crypto::age
