// Known answers for the primitives under our formats, called with the lengths and in the way that crypto/
// does.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "crypto/open/age/mlkem768x25519.h"
#include "crypto/seal/age/hpke.h"
#include "crypto/seal/age/x25519.h"
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

template <class Kind>
Kind known(ByteView bytes) {
  return Kind::make([&](auto out) { std::copy_n(bytes.begin(), out.size(), out.begin()); });
}

TEST(Wycheproof, X25519GivesTheKnownSecretsAndRefusesTheZero) {
  int zero = 0, others = 0;
  const Json document = vectors("wycheproof/x25519_test.json");
  for (const Json& group : document.at("testGroups"))
    for (const Json& test : group.at("tests")) {
      SCOPED_TRACE(label(test));
      const Bytes point = hex_of(test, "public"), expected = hex_of(test, "shared");
      ASSERT_EQ(point.size(), age::x25519_size);
      age::X25519Point public_point;
      std::copy(point.begin(), point.end(), public_point.begin());
      const auto shared = age::x25519(known<age::X25519Scalar>(hex_of(test, "private")), public_point);
      const bool is_zero = expected == Bytes(age::x25519_size);
      if (is_zero) {
        EXPECT_EQ(test.at("result"), "acceptable");
        EXPECT_FALSE(shared);
      } else {
        ASSERT_TRUE(shared);
        EXPECT_TRUE(equal(shared->expose(), expected));
      }
      ++(is_zero ? zero : others);
    }
  EXPECT_EQ(zero, 31);
  EXPECT_EQ(others, 487);
}

/// libsodium's ML-KEM-768, which X-Wing is made of.
struct LatticeKeys {
  std::array<std::uint8_t, crypto_kem_mlkem768_PUBLICKEYBYTES> open;
  std::array<std::uint8_t, crypto_kem_mlkem768_SECRETKEYBYTES> secret;
};

std::optional<LatticeKeys> lattice_keys(ByteView seed) {
  LatticeKeys keys;
  if (seed.size() != crypto_kem_mlkem768_SEEDBYTES) return std::nullopt;
  if (crypto_kem_mlkem768_seed_keypair(keys.open.data(), keys.secret.data(), seed.data()) != 0)
    return std::nullopt;
  return keys;
}

std::optional<Bytes> decapsulated(ByteView secret, ByteView ciphertext) {
  Bytes shared(crypto_kem_mlkem768_SHAREDSECRETBYTES);
  if (ciphertext.size() != crypto_kem_mlkem768_CIPHERTEXTBYTES ||
      secret.size() != crypto_kem_mlkem768_SECRETKEYBYTES ||
      crypto_kem_mlkem768_dec(shared.data(), ciphertext.data(), secret.data()) != 0)
    return std::nullopt;
  return shared;
}

TEST(Wycheproof, MlKem768MakesTheKnownKeysAndDecapsulatesTheKnownSecrets) {
  int count = 0, wrong_seeds = 0, wrong_ciphertexts = 0;
  const Json document = vectors("wycheproof/mlkem_768_test.json");
  for (const Json& group : document.at("testGroups"))
    for (const Json& test : group.at("tests")) {
      SCOPED_TRACE(label(test));
      ++count;
      const auto keys = lattice_keys(hex_of(test, "seed"));
      if (!keys) {
        ++wrong_seeds;
        EXPECT_EQ(test.at("result"), "invalid");
        continue;
      }
      EXPECT_TRUE(equal(keys->open, hex_of(test, "ek")));
      const auto shared = decapsulated(keys->secret, hex_of(test, "c"));
      EXPECT_EQ(shared.has_value(), test.at("result") == "valid");
      if (shared)
        EXPECT_EQ(*shared, hex_of(test, "K"));
      else
        ++wrong_ciphertexts;
    }
  EXPECT_EQ(count, 193);
  EXPECT_EQ(wrong_seeds, 20);
  EXPECT_EQ(wrong_ciphertexts, 20);
}

TEST(Wycheproof, MlKem768TakesExpandedKeysWithoutLookingAtThem) {
  // For information: we keep seeds and never read an expanded key. libsodium does not compare the halves of
  // one, so the two corrupted keys of the nine give a secret like any other.
  int good = 0, corrupted = 0, wrong_length = 0;
  const Json document = vectors("wycheproof/mlkem_768_semi_expanded_decaps_test.json");
  for (const Json& group : document.at("testGroups"))
    for (const Json& test : group.at("tests")) {
      SCOPED_TRACE(label(test));
      const auto shared = decapsulated(hex_of(test, "dk"), hex_of(test, "c"));
      if (test.at("result") == "valid") {
        EXPECT_EQ(shared, hex_of(test, "K"));
        ++good;
      } else {
        const bool is_corrupted = test.at("flags").at(0) == "InvalidDecapsulationKey";
        EXPECT_EQ(shared.has_value(), is_corrupted);
        ++(is_corrupted ? corrupted : wrong_length);
      }
    }
  EXPECT_EQ(good, 3);
  EXPECT_EQ(corrupted, 2);
  EXPECT_EQ(wrong_length, 4);
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

/// X-Wing's combiner, by OpenSSL: SHA3-256 of both secrets, the share, the key it is for, and the label.
Bytes combined(ByteView lattice_secret, ByteView point_secret, ByteView share, ByteView point) {
  Bytes all;
  for (const ByteView part : {lattice_secret, point_secret, share, point, bytes_of("\\.//^\\")})
    all.insert(all.end(), part.begin(), part.end());
  Bytes secret(32);
  unsigned size = 0;
  EXPECT_EQ(EVP_Digest(all.data(), all.size(), secret.data(), &size, EVP_sha3_256(), nullptr), 1);
  EXPECT_EQ(size, secret.size());
  return secret;
}

TEST(XWing, EncapsulatesTheKnownSecretsOfItsLatticeHalf) {
  const Bytes scalar = pattern(32), point = hex_of(vectors("xwing/test-vectors.json").at(0), "pk");
  age::X25519Point recipient;
  std::copy(point.begin() + 1184, point.end(), recipient.begin());
  const auto ephemeral = known<age::X25519Scalar>(scalar);
  const auto share = age::x25519_base(ephemeral);
  const auto point_secret = age::x25519(ephemeral, recipient).value();
  int count = 0, refused = 0, wrong_length = 0;
  const Json document = vectors("wycheproof/mlkem_768_encaps_test.json");
  for (const Json& group : document.at("testGroups"))
    for (const Json& test : group.at("tests")) {
      SCOPED_TRACE(label(test));
      Bytes key = hex_of(test, "ek"), coins = hex_of(test, "m");
      ASSERT_EQ(coins.size(), 32U);
      if (key.size() != 1184) {  // a recipient has no other length
        ++wrong_length;
        EXPECT_EQ(test.at("result"), "invalid");
        continue;
      }
      key.insert(key.end(), recipient.begin(), recipient.end());
      coins.insert(coins.end(), scalar.begin(), scalar.end());
      Bytes enc(age::xwing_enc_size), shared(32);
      const bool is_done =
          crypto_kem_xwing_enc_deterministic(enc.data(), shared.data(), key.data(), coins.data()) == 0;
      EXPECT_EQ(is_done, test.at("result") == "valid");
      ++(is_done ? count : refused);
      if (!is_done) continue;
      EXPECT_TRUE(equal(ByteView(enc).first(1088), hex_of(test, "c")));
      EXPECT_TRUE(equal(ByteView(enc).subspan(1088), share));
      EXPECT_EQ(shared, combined(hex_of(test, "K"), point_secret.expose(), share, recipient));
    }
  EXPECT_EQ(count, 133);
  EXPECT_EQ(refused, 112);
  EXPECT_EQ(wrong_length, 20);
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
