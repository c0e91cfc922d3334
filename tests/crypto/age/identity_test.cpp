#include "crypto/open/age/identity.h"

#include <gtest/gtest.h>

#include "tests/crypto/age/samples.h"

namespace sandyk::crypto::age {
namespace {

using Stanzas = std::vector<Stanza>;

/// What rage adds to every file: a stanza that means nothing.
const Stanza grease{{"q~-grease", "!", "x25519", "}}"}, Bytes(77, 0x5a)};

class AgeIdentity : public testing::Test {
 protected:
  HybridIdentity hybrid = HybridIdentity::generate();
  X25519Identity classic = X25519Identity::generate();
  FileKey first = FileKey::random(), second = FileKey::random();
  Stanza for_hybrid = hybrid.recipient().wrap(first).value();
  Stanza for_classic = classic.recipient().wrap(second).value();
  Stanza for_passphrase = ScryptRecipient(secret("pass"), 2).wrap(second).value();

  Identity copy_of_hybrid() const { return *parse_identity(text_of(hybrid.text().expose())); }
  Identity copy_of_classic() const { return *parse_identity(text_of(classic.text().expose())); }

  template <class... Each>
  static std::vector<Identity> list(Each... each) {
    return list_of<Identity>(std::move(each)...);
  }
  static bool finds(const std::vector<Identity>& identities, const Stanzas& stanzas, const FileKey& key) {
    const auto found = unwrap(identities, stanzas);
    return found && *found && same(**found, key);
  }
  static bool finds_none(const std::vector<Identity>& identities, const Stanzas& stanzas) {
    const auto found = unwrap(identities, stanzas);
    return found && !*found;
  }
  static bool is_header_fault(const std::vector<Identity>& identities, const Stanzas& stanzas) {
    const auto found = unwrap(identities, stanzas);
    return !found && found.error() == OpenFault::header;
  }
  static Stanza malformed(Stanza stanza) {
    stanza.body.pop_back();
    return stanza;
  }
};

TEST_F(AgeIdentity, TheFirstIdentityThatFitsDecidesWhateverTheOrderOfStanzas) {
  EXPECT_TRUE(finds(list(copy_of_hybrid(), copy_of_classic()), {for_hybrid, for_classic}, first));
  EXPECT_TRUE(finds(list(copy_of_hybrid(), copy_of_classic()), {for_classic, for_hybrid}, first));
  EXPECT_TRUE(finds(list(copy_of_classic(), copy_of_hybrid()), {for_hybrid, for_classic}, second));
  EXPECT_TRUE(finds(list(copy_of_classic(), copy_of_hybrid()), {for_classic, for_hybrid}, second));
}

TEST_F(AgeIdentity, ForOneIdentityTheFirstStanzaThatFitsDecides) {
  const Stanza again = hybrid.recipient().wrap(second).value();
  EXPECT_TRUE(finds(list(copy_of_hybrid()), {for_hybrid, again}, first));
  EXPECT_TRUE(finds(list(copy_of_hybrid()), {again, for_hybrid}, second));
}

TEST_F(AgeIdentity, StrangersBeforeTheOneThatFitsDoNoHarm) {
  EXPECT_TRUE(finds(list(HybridIdentity::generate(), X25519Identity::generate(), copy_of_classic()),
                    {HybridRecipient::throw_away().wrap(first).value(), for_classic}, second));
}

TEST_F(AgeIdentity, NoneFindsNothing) {
  EXPECT_TRUE(finds_none({}, {for_hybrid, for_classic}));
  EXPECT_TRUE(finds_none(list(copy_of_hybrid()), {}));
  EXPECT_TRUE(finds_none(list(copy_of_hybrid()), {for_classic}));
  EXPECT_TRUE(finds_none(list(copy_of_classic()), {for_hybrid}));
  EXPECT_TRUE(
      finds_none(list(HybridIdentity::generate(), X25519Identity::generate()), {for_hybrid, for_classic}));
}

TEST_F(AgeIdentity, UnknownTypesArePassedOver) {
  Stanza shouting = for_hybrid;
  shouting.arguments.front() = "MLKEM768X25519";
  const Stanza bare{{"x"}, {}};
  EXPECT_TRUE(finds(list(copy_of_hybrid()), {grease, bare, shouting, for_hybrid, grease}, first));
  EXPECT_TRUE(finds_none(list(copy_of_hybrid(), copy_of_classic()), {grease, bare, shouting}));
}

TEST_F(AgeIdentity, AMalformedStanzaOfATypeThatNobodyOffersIsPassedOver) {
  const Stanza bad_classic = malformed(for_classic), bad_hybrid = malformed(for_hybrid);
  const Stanza bad_passphrase = malformed(for_passphrase);
  EXPECT_TRUE(finds(list(copy_of_hybrid()), {bad_classic, bad_passphrase, for_hybrid}, first));
  EXPECT_TRUE(finds(list(copy_of_classic()), {bad_hybrid, bad_passphrase, for_classic}, second));
  EXPECT_TRUE(finds_none(list(copy_of_classic()), {bad_hybrid}));
}

TEST_F(AgeIdentity, AMalformedStanzaOfATypeOnOfferEndsTheSearch) {
  const Stanza bad_classic = malformed(for_classic), bad_hybrid = malformed(for_hybrid);
  EXPECT_TRUE(is_header_fault(list(copy_of_classic(), copy_of_hybrid()), {bad_classic, for_hybrid}));
  EXPECT_TRUE(is_header_fault(list(copy_of_classic(), copy_of_hybrid()), {for_hybrid, bad_classic}));
  EXPECT_TRUE(is_header_fault(list(copy_of_hybrid()), {bad_hybrid, for_hybrid}));
  EXPECT_TRUE(is_header_fault(list(X25519Identity::generate(), copy_of_hybrid()), {bad_classic, for_hybrid}));
}

TEST_F(AgeIdentity, WhatComesFirstWinsBeItAKeyOrAFault) {
  const Stanza bad_classic = malformed(for_classic);
  EXPECT_TRUE(finds(list(copy_of_hybrid(), copy_of_classic()), {bad_classic, for_hybrid}, first));
  EXPECT_TRUE(finds(list(copy_of_classic()), {for_classic, bad_classic}, second));
}

TEST_F(AgeIdentity, APassphraseStandsAmongIdentitiesButNotAmongStanzas) {
  const auto all = [&] { return list(copy_of_hybrid(), ScryptIdentity(secret("pass")), copy_of_classic()); };
  EXPECT_TRUE(finds(all(), {for_passphrase}, second));
  EXPECT_TRUE(finds(all(), {for_classic}, second));
  EXPECT_TRUE(finds_none(list(ScryptIdentity(secret("Pass"))), {for_passphrase}));
  EXPECT_TRUE(finds_none(list(ScryptIdentity(secret("pass"))), {for_hybrid, for_classic}));
  EXPECT_TRUE(is_header_fault(all(), {for_passphrase, for_classic}));
  EXPECT_TRUE(is_header_fault(all(), {for_passphrase, grease}));
}

TEST_F(AgeIdentity, AFileWithAPassphraseBesideAnythingIsRefusedWhateverIsOffered) {
  for (const Stanzas& stanzas : {Stanzas{for_hybrid, for_passphrase}, Stanzas{for_passphrase, for_hybrid}}) {
    Bytes file;
    ASSERT_TRUE(Sealer::start(stanzas, first, into(file)).value().finish());
    EXPECT_EQ(open_with(list(copy_of_hybrid()), source_of(file)).fault, OpenFault::header);
    EXPECT_EQ(open_with({}, source_of(file)).fault, OpenFault::header);
  }
}

TEST_F(AgeIdentity, AMixedFileOpensForEither) {  // nobody may seal one, yet other tools do
  Bytes file;
  const Stanza beside = classic.recipient().wrap(first).value();
  auto sealer = Sealer::start({for_hybrid, grease, beside}, first, into(file)).value();
  ASSERT_TRUE(sealer.write(bytes_of("plain")) && sealer.finish());
  for (const auto& identities : {list(copy_of_hybrid()), list(copy_of_classic())}) {
    const Opened opened = open_with(identities, source_of(file));
    EXPECT_FALSE(opened.fault);
    EXPECT_EQ(text_of(opened.released), "plain");
  }
}

TEST_F(AgeIdentity, IsParsedByWhatItsTextSays) {
  EXPECT_EQ(std::get<HybridIdentity>(copy_of_hybrid()).recipient(), hybrid.recipient());
  EXPECT_EQ(std::get<X25519Identity>(copy_of_classic()).recipient(), classic.recipient());
}

TEST_F(AgeIdentity, OfAnotherKindIsNotParsed) {
  const std::string text(text_of(hybrid.text().expose()));
  for (const std::string& other :
       {std::string(), std::string("AGE-SECRET-KEY-1"), lower_case(text), text + " ",
        hybrid.recipient().text(), classic.recipient().text(), std::string("pass"),
        std::string("AGE-PLUGIN-YUBIKEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SPHXQWR")})
    EXPECT_FALSE(parse_identity(other));
}

}  // namespace
}  // namespace sandyk::crypto::age
