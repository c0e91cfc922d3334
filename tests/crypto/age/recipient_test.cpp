#include "crypto/seal/age/recipient.h"

#include <gtest/gtest.h>

#include "tests/crypto/age/samples.h"

namespace sandyk::crypto::age {
namespace {

enum class Type { hybrid, classic, passphrase };
using enum Type;

constexpr unsigned quick = 2;

Recipient recipient_of(Type type) {
  switch (type) {
    case hybrid:
      return HybridRecipient::throw_away();
    case classic:
      return X25519Identity::generate().recipient();
    case passphrase:
      return ScryptRecipient(secret("pass"), quick);
  }
  std::abort();
}

std::vector<Recipient> recipients_of(const std::vector<Type>& types) {
  std::vector<Recipient> recipients;
  for (const Type type : types) recipients.push_back(recipient_of(type));
  return recipients;
}

/// The types of the stanzas that these get, or why they get none.
tl::expected<std::vector<std::string>, SealFault> stanzas_for(const std::vector<Recipient>& recipients) {
  const auto stanzas = wrap_for(recipients, FileKey::random());
  if (!stanzas) return tl::unexpected(stanzas.error());
  std::vector<std::string> types;
  for (const Stanza& stanza : *stanzas) types.push_back(stanza.arguments.front());
  return types;
}

SealFault fault_of(const std::vector<Type>& types) {
  return stanzas_for(recipients_of(types)).error();
}

TEST(AgeRecipient, OfEachTypeStandsAlone) {
  EXPECT_EQ(stanzas_for(recipients_of({hybrid})).value(), std::vector<std::string>{"mlkem768x25519"});
  EXPECT_EQ(stanzas_for(recipients_of({classic})).value(), std::vector<std::string>{"X25519"});
  EXPECT_EQ(stanzas_for(recipients_of({passphrase})).value(), std::vector<std::string>{"scrypt"});
}

TEST(AgeRecipient, StandsBesideItsOwnType) {
  EXPECT_EQ(stanzas_for(recipients_of({hybrid, hybrid})).value(),
            std::vector<std::string>(2, "mlkem768x25519"));
  EXPECT_EQ(stanzas_for(recipients_of({classic, classic, classic})).value(),
            std::vector<std::string>(3, "X25519"));
}

TEST(AgeRecipient, IsNeverMixedWithAnotherTypeInAnyOrder) {
  for (const auto& types : std::vector<std::vector<Type>>{{hybrid, classic},
                                                          {classic, hybrid},
                                                          {hybrid, hybrid, classic},
                                                          {hybrid, classic, hybrid},
                                                          {classic, hybrid, classic},
                                                          {classic, classic, hybrid}})
    EXPECT_EQ(fault_of(types), SealFault::mixed_recipients);
}

TEST(AgeRecipient, APassphraseStandsBesideNothingNotEvenAnother) {
  for (const auto& types : std::vector<std::vector<Type>>{{passphrase, hybrid},
                                                          {hybrid, passphrase},
                                                          {passphrase, classic},
                                                          {classic, passphrase},
                                                          {passphrase, passphrase},
                                                          {hybrid, hybrid, passphrase}})
    EXPECT_EQ(fault_of(types), SealFault::mixed_recipients);
}

TEST(AgeRecipient, ThereAreOneToTwenty) {
  for (const Type type : {hybrid, classic}) {
    EXPECT_EQ(stanzas_for(recipients_of(std::vector(max_recipients, type)))->size(), 20U);
    EXPECT_EQ(fault_of(std::vector(max_recipients + 1, type)), SealFault::too_many_recipients);
  }
  EXPECT_EQ(fault_of({}), SealFault::no_recipient);
  EXPECT_EQ(wrap_for(std::span<const HybridRecipient>(), FileKey::random()).error(), SealFault::no_recipient);
}

TEST(AgeRecipient, OneThatCannotBeSealedToSpoilsAll) {
  std::vector<Recipient> recipients = recipients_of({classic, classic, classic});
  recipients[1] = X25519Recipient(X25519Point{});
  EXPECT_EQ(stanzas_for(recipients).error(), SealFault::bad_recipient);
  EXPECT_EQ(stanzas_for(list_of<Recipient>(ScryptRecipient(secret(""), quick))).error(),
            SealFault::bad_recipient);
}

TEST(AgeRecipient, StanzasKeepTheirOrder) {
  std::vector<X25519Identity> identities;
  std::vector<Recipient> recipients;
  for (int i = 0; i < 3; ++i)
    recipients.emplace_back(identities.emplace_back(X25519Identity::generate()).recipient());
  const auto stanzas = wrap_for(recipients, FileKey::random()).value();
  ASSERT_EQ(stanzas.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_EQ(identities[i].unwrap(std::span(&stanzas[j], 1))->has_value(), i == j);
}

TEST(AgeRecipient, NothingIsWrittenForThoseThatMayNotStandTogether) {
  const Sink never = [](ByteView) -> bool { throw std::logic_error("this is no file yet"); };
  EXPECT_EQ(Sealer::start(recipients_of({hybrid, classic}), never).error(), SealFault::mixed_recipients);
  EXPECT_EQ(Sealer::start(std::span<const Recipient>(), never).error(), SealFault::no_recipient);
  EXPECT_EQ(Sealer::start(recipients_of(std::vector(21, hybrid)), never).error(),
            SealFault::too_many_recipients);
}

TEST(AgeRecipient, IsParsedByWhatItsTextSays) {
  const auto hybrid_text = HybridRecipient::throw_away().text();
  const auto classic_text = X25519Identity::generate().recipient().text();
  EXPECT_EQ(std::get<HybridRecipient>(parse_recipient(hybrid_text).value()).text(), hybrid_text);
  EXPECT_EQ(std::get<X25519Recipient>(parse_recipient(classic_text).value()).text(), classic_text);
  const auto looks_hybrid = X25519Recipient(X25519Point{8}).text();
  ASSERT_TRUE(looks_hybrid.starts_with("age1pq"));
  EXPECT_TRUE(std::holds_alternative<X25519Recipient>(parse_recipient(looks_hybrid).value()));
}

TEST(AgeRecipient, OfAnotherKindIsNotParsed) {
  const SecretText identity = HybridIdentity::generate().text();
  for (const std::string& text :
       {std::string(), std::string("age1"), std::string("pass"), std::string(text_of(identity.expose())),
        upper_case(HybridRecipient::throw_away().text()), HybridRecipient::throw_away().text() + " ",
        std::string("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"),
        std::string("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN")})
    EXPECT_FALSE(parse_recipient(text)) << text.substr(0, 20);
}

}  // namespace
}  // namespace sandyk::crypto::age
