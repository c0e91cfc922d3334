// Known answers for the primitives under our formats, called with the lengths and in the way that crypto/
// does.
#include <gtest/gtest.h>
#include <sodium.h>

#include "crypto/open/age/mlkem768x25519.h"
#include "crypto/seal/age/hpke.h"
#include "crypto/seal/bech32.h"
#include "crypto/seal/hkdf.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

Bytes hex_of(const Json& object, const char* name) {
  return from_hex(object.at(name).get<std::string>()).value();
}

std::string label(const Json& test) {
  return "tcId " + std::to_string(test.at("tcId").get<int>());
}

TEST(Wycheproof, ChaCha20Poly1305OpensExactlyTheValid) {
  int count = 0;
  const Json document = vectors("wycheproof/chacha20_poly1305_test.json");
  for (const Json& group : document.at("testGroups"))
    for (const Json& test : group.at("tests")) {
      SCOPED_TRACE(label(test));
      ++count;
      const Bytes key = hex_of(test, "key"), nonce = hex_of(test, "iv"), aad = hex_of(test, "aad");
      Bytes sealed = hex_of(test, "ct");
      const Bytes tag = hex_of(test, "tag"), message = hex_of(test, "msg");
      sealed.insert(sealed.end(), tag.begin(), tag.end());
      Bytes plain(message.size());
      const bool has_our_lengths =
          key.size() == 32 && nonce.size() == 12 && sealed.size() == message.size() + 16;
      const bool is_open =
          has_our_lengths && crypto_aead_chacha20poly1305_ietf_decrypt(
                                 plain.data(), nullptr, nullptr, sealed.data(), sealed.size(), aad.data(),
                                 aad.size(), nonce.data(), key.data()) == 0;
      EXPECT_EQ(is_open, test.at("result") == "valid");
      if (!is_open) continue;
      EXPECT_EQ(plain, message);
      Bytes again(sealed.size());
      crypto_aead_chacha20poly1305_ietf_encrypt(again.data(), nullptr, message.data(), message.size(),
                                                aad.data(), aad.size(), nullptr, nonce.data(), key.data());
      EXPECT_EQ(again, sealed);
    }
  EXPECT_EQ(count, 325);
}

TEST(Wycheproof, HkdfSha256GivesTheKnownKeys) {
  int count = 0;
  const Json document = vectors("wycheproof/hkdf_sha256_test.json");
  for (const Json& group : document.at("testGroups"))
    for (const Json& test : group.at("tests")) {
      SCOPED_TRACE(label(test));
      ++count;
      const Prk prk = hkdf_extract(hex_of(test, "salt"), hex_of(test, "ikm"));
      const Bytes info = hex_of(test, "info");
      Bytes okm(test.at("size").get<std::size_t>());
      const bool is_done =
          crypto_kdf_hkdf_sha256_expand(okm.data(), okm.size(), reinterpret_cast<const char*>(info.data()),
                                        info.size(), prk.expose().data()) == 0;
      EXPECT_EQ(is_done, test.at("result") == "valid");
      if (!is_done) continue;
      EXPECT_EQ(okm, hex_of(test, "okm"));
      if (okm.size() == 32) {
        EXPECT_TRUE(equal(hkdf_expand<PayloadKey>(prk, info).expose(), okm));
      }
    }
  EXPECT_EQ(count, 86);
}

TEST(Wycheproof, Ed25519VerifiesExactlyTheValid) {
  int count = 0;
  const Json document = vectors("wycheproof/ed25519_test.json");
  for (const Json& group : document.at("testGroups")) {
    const Bytes key = hex_of(group.at("publicKey"), "pk");
    ASSERT_EQ(key.size(), 32U);
    for (const Json& test : group.at("tests")) {
      SCOPED_TRACE(label(test));
      ++count;
      const Bytes message = hex_of(test, "msg"), signature = hex_of(test, "sig");
      const bool is_good =
          signature.size() == 64 &&
          crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
      EXPECT_EQ(is_good, test.at("result") == "valid");
    }
  }
  EXPECT_EQ(count, 151);
}

/// An identity is its seed: through the text form, as a user brings it.
age::HybridIdentity identity_of(ByteView seed) {
  const SecretText text = to_bech32_secret(age::hybrid_identity_hrp, seed);
  return age::HybridIdentity::parse(text_of(text.expose())).value();
}

TEST(XWing, GivesTheKnownAnswersThroughRecipientAndIdentity) {
  const Json list = vectors("xwing/test-vectors.json");
  ASSERT_EQ(list.size(), 3U);
  for (const Json& test : list) {
    const Bytes seed = hex_of(test, "seed"), enc = hex_of(test, "ct"), shared = hex_of(test, "ss");
    const auto identity = identity_of(seed);
    EXPECT_EQ(identity.recipient().text(), to_bech32(age::hybrid_recipient_hrp, hex_of(test, "pk")));

    // A stanza sealed with the known secret opens with the known ciphertext.
    const auto keys = age::hpke_schedule(
        KemSecret::make([&](auto out) { std::copy(shared.begin(), shared.end(), out.begin()); }));
    const auto file_key = FileKey::random();
    age::Stanza stanza{{"mlkem768x25519", to_base64(enc, Base64::padless)}, Bytes(32)};
    crypto_aead_chacha20poly1305_ietf_encrypt(stanza.body.data(), nullptr, file_key.expose().data(), 16,
                                              nullptr, 0, nullptr, keys.nonce.data(),
                                              keys.key.expose().data());
    const auto opened = identity.unwrap(std::span(&stanza, 1));
    ASSERT_TRUE(opened && *opened);
    EXPECT_TRUE(same(**opened, file_key));
  }
}

TEST(XWing, RefusesToSealToALatticeKeyWithACoefficientTooLarge) {
  // Any good point completes the 1184 bytes of the lattice key.
  const Bytes pk = hex_of(vectors("xwing/test-vectors.json").at(0), "pk");
  int overflowing = 0, sound = 0;
  const Json document = vectors("wycheproof/mlkem_768_encaps_test.json");
  for (const Json& group : document.at("testGroups"))
    for (const Json& test : group.at("tests")) {
      const Bytes lattice = hex_of(test, "ek");
      if (lattice.size() != 1184) continue;  // a recipient has no other length
      SCOPED_TRACE(label(test));
      std::array<std::uint8_t, age::xwing_public_size> key;
      std::copy(lattice.begin(), lattice.end(), key.begin());
      std::copy(pk.begin() + 1184, pk.end(), key.begin() + 1184);
      const bool is_sound = test.at("result") == "valid";
      EXPECT_EQ(age::HybridRecipient(key).wrap(FileKey::random()).has_value(), is_sound);
      ++(is_sound ? sound : overflowing);
    }
  EXPECT_EQ(overflowing, 112);
  EXPECT_EQ(sound, 133);
}

TEST(XWing, RefusesToSealToALowOrderPoint) {
  const Bytes pk = hex_of(vectors("xwing/test-vectors.json").at(0), "pk");
  std::array<std::uint8_t, age::xwing_public_size> key{};
  std::copy_n(pk.begin(), 1184, key.begin());
  const std::vector<age::HybridRecipient> recipients = {age::HybridRecipient(key)};
  EXPECT_EQ(age::seal(recipients, {}).error(), age::SealFault::bad_recipient);
}

}  // namespace
}  // namespace sandyk::crypto
