#include "crypto/open/age/x25519.h"

#include <gtest/gtest.h>

#include "crypto/seal/age/file_key.h"
#include "crypto/seal/bech32.h"
#include "tests/crypto/age/samples.h"

namespace sandyk::crypto::age {
namespace {

class X25519 : public testing::Test {
 protected:
  X25519Identity identity = X25519Identity::generate();
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
  /// The stanza of `share`, when `shared` is what X25519 makes of it and the identity.
  Stanza stanza_of(const X25519Point& share, const X25519Shared& shared) const {
    const auto key = x25519_wrap_key(shared, share, identity.recipient().point());
    return {{"X25519", to_base64(share, Base64::padless)}, wrap_file_key(key, zero_nonce, file_key)};
  }
};

TEST_F(X25519, GivesTheKnownAnswersOfRfc7748) {
  const auto alice =
      known<X25519Scalar>(point_of("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const auto bob =
      known<X25519Scalar>(point_of("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  const auto alices = point_of("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  const auto bobs = point_of("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const auto shared = point_of("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  EXPECT_EQ(x25519_base(alice), alices);
  EXPECT_EQ(x25519_base(bob), bobs);
  EXPECT_TRUE(equal(x25519(alice, bobs).value().expose(), shared));
  EXPECT_TRUE(equal(x25519(bob, alices).value().expose(), shared));
}

TEST_F(X25519, ARecipientIsOneLowerCaseText) {
  const std::string text = identity.recipient().text();
  EXPECT_EQ(text.size(), 62U);
  EXPECT_EQ(X25519Recipient::parse(text), identity.recipient());
  const std::string mixed = text.substr(0, 4) + upper_case(text.substr(4));
  for (const std::string& other : {upper_case(text), mixed, "A" + text.substr(1), text + "\n", " " + text,
                                   text.substr(0, 61), text + "q", std::string("age1"), std::string()})
    EXPECT_FALSE(X25519Recipient::parse(other)) << other;
}

TEST_F(X25519, ARecipientHasThirtyTwoBytesUnderItsOwnPrefix) {
  for (const std::size_t size : {0U, 31U, 33U, 64U})
    EXPECT_FALSE(X25519Recipient::parse(to_bech32("age", Bytes(size, 9)))) << size;
  for (const char* prefix : {"age1", "age1pq", "ag", "bge", "age-"})
    EXPECT_FALSE(X25519Recipient::parse(to_bech32(prefix, identity.recipient().point()))) << prefix;
  EXPECT_FALSE(X25519Recipient::parse(HybridRecipient::throw_away().text()));
  EXPECT_FALSE(HybridRecipient::parse(identity.recipient().text()));
}

TEST_F(X25519, ARecipientThatHappensToStartAsAHybridOneDoesIsTakenForWhatItIs) {
  X25519Point point{8};  // the five-bit groups 1 and 0 are the letters p and q
  const std::string text = X25519Recipient(point).text();
  ASSERT_EQ(text.substr(0, 6), "age1pq");
  EXPECT_EQ(X25519Recipient::parse(text), X25519Recipient(point));
  EXPECT_FALSE(HybridRecipient::parse(text));
}

TEST_F(X25519, AnIdentityIsOneUpperCaseText) {
  const SecretText guarded = identity.text();
  const std::string text(text_of(guarded.expose()));
  EXPECT_EQ(text.size(), 74U);
  EXPECT_EQ(X25519Identity::parse(text).value().recipient(), identity.recipient());
  const std::string mixed = text.substr(0, 16) + lower_case(text.substr(16));
  for (const std::string& other : {lower_case(text), mixed, "a" + text.substr(1), text + "\n", " " + text,
                                   text.substr(0, 73), text + "Q", identity.recipient().text()})
    EXPECT_FALSE(X25519Identity::parse(other));
}

TEST_F(X25519, AnIdentityHasThirtyTwoBytesUnderItsOwnPrefix) {
  const auto parses = [](std::string_view prefix, std::size_t size) {
    const SecretText text = to_bech32_secret(prefix, Bytes(size, 1));
    return X25519Identity::parse(text_of(text.expose())).has_value();
  };
  EXPECT_TRUE(parses("AGE-SECRET-KEY-", 32));
  for (const std::size_t size : {0U, 31U, 33U}) EXPECT_FALSE(parses("AGE-SECRET-KEY-", size)) << size;
  for (const char* prefix : {"AGE-SECRET-KEY-PQ-", "AGE-SECRET-KEY", "AGE-PLUGIN-X-", "AGE"})
    EXPECT_FALSE(parses(prefix, 32)) << prefix;
  const SecretText hybrid = HybridIdentity::generate().text();
  EXPECT_FALSE(X25519Identity::parse(text_of(hybrid.expose())));
}

TEST_F(X25519, OpensWhatIsWrappedForItAndPassesOverWhatIsForOthers) {
  EXPECT_EQ(good.arguments.size(), 2U);
  EXPECT_EQ(good.arguments[1].size(), 43U);
  EXPECT_EQ(good.body.size(), 32U);
  const Stanza others = X25519Identity::generate().recipient().wrap(file_key).value();
  EXPECT_TRUE(opens({good}));
  EXPECT_TRUE(passes_over({others}));
  EXPECT_TRUE(passes_over({}));
  EXPECT_TRUE(opens({others, good, others}));
}

TEST_F(X25519, WrapsUnderAnotherShareEachTime) {
  const Stanza again = identity.recipient().wrap(file_key).value();
  EXPECT_NE(again.arguments[1], good.arguments[1]);
  EXPECT_NE(again.body, good.body);
}

TEST_F(X25519, PassesOverStanzasOfOtherTypes) {
  for (const char* type :
       {"x25519", "X25519 ", "X2551", "X255199", "ssh-ed25519", "mlkem768x25519", "scrypt"}) {
    Stanza other = good;
    other.arguments[0] = type;
    EXPECT_TRUE(passes_over({other})) << type;
    EXPECT_TRUE(opens({other, good})) << type;
  }
}

TEST_F(X25519, RefusesAMalformedStanzaEvenBeforeAGoodOne) {
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
  add([](Stanza& s) { s.arguments[1].front() = '-'; });
  add([](Stanza& s) { s.arguments[1] = std::string(42, 'A') + 'B'; });  // unused bits set
  add([](Stanza& s) { s.body.pop_back(); });
  add([](Stanza& s) { s.body.push_back(0); });
  add([](Stanza& s) { s.body.clear(); });
  add([](Stanza& s) { s = with_argument(s, [](Bytes& share) { share.pop_back(); }); });
  add([](Stanza& s) { s = with_argument(s, [](Bytes& share) { share.push_back(0); }); });
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_TRUE(is_header_fault({bad[i]})) << i;
    EXPECT_TRUE(is_header_fault({bad[i], good})) << i;
    EXPECT_TRUE(opens({good, bad[i]})) << i;  // what opens first is not looked behind
  }
}

TEST_F(X25519, RefusesAShareOfLowOrder) {
  ASSERT_EQ(points_of_low_order().size(), 14U);
  for (const X25519Point& point : points_of_low_order()) {
    EXPECT_FALSE(x25519(X25519Scalar::random(), point)) << to_hex(point);
    const Stanza bad = with_argument(good, [&](Bytes& share) { share.assign(point.begin(), point.end()); });
    EXPECT_TRUE(is_header_fault({bad})) << to_hex(point);
  }
}

TEST_F(X25519, SealsToNoRecipientOfLowOrder) {
  for (const X25519Point& point : points_of_low_order()) {
    const auto wrapped = X25519Recipient(point).wrap(file_key);
    ASSERT_FALSE(wrapped) << to_hex(point);
    EXPECT_EQ(wrapped.error(), SealFault::bad_recipient);
  }
}

TEST_F(X25519, TakesAShareWithItsTopBitSet) {
  const SecretText text = identity.text();
  const auto scalar =
      known<X25519Scalar>(from_bech32_secret(x25519_identity_hrp, text_of(text.expose())).value());
  const X25519Point share = x25519_base(X25519Scalar::random());
  X25519Point marked = share;
  marked[31] |= 0x80;
  const auto shared = x25519(scalar, marked).value();
  EXPECT_TRUE(same(shared, x25519(scalar, share).value()));
  EXPECT_TRUE(opens({stanza_of(marked, shared)}));
}

TEST_F(X25519, TakesAShareThatIsNotReduced) {
  // 2^255 - 19 + 9, which is the base point: what it gives is the identity's own public key.
  const auto nine = point_of("f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
  EXPECT_TRUE(opens({stanza_of(nine, known<X25519Shared>(identity.recipient().point()))}));
}

TEST_F(X25519, BindsTheWrapKeyToShareAndRecipient) {
  const auto shared = X25519Shared::random();
  const auto a = x25519_base(X25519Scalar::random()), b = x25519_base(X25519Scalar::random());
  EXPECT_FALSE(same(x25519_wrap_key(shared, a, b), x25519_wrap_key(shared, b, a)));
  EXPECT_FALSE(same(x25519_wrap_key(shared, a, b), x25519_wrap_key(shared, a, a)));
  EXPECT_FALSE(same(x25519_wrap_key(shared, a, b), x25519_wrap_key(shared, b, b)));
  EXPECT_TRUE(same(x25519_wrap_key(shared, a, b), x25519_wrap_key(shared, a, b)));
}

}  // namespace
}  // namespace sandyk::crypto::age
