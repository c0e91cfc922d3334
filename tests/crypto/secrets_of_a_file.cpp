#include "tests/crypto/secrets_of_a_file.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "crypto/seal/age/hpke.h"
#include "crypto/seal/age/payload.h"
#include "crypto/seal/bech32.h"
#include "crypto/seal/hkdf.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

constexpr std::string_view hpke_start{"HPKE-v1HPKE\x64\x7a\x00\x01\x00\x03", 17};

/// Bech32 text without the part that is the same for all identities and stands in every program.
void add_identity_text(Needles& needles, std::string_view text) {
  needles.add_text("identity text", text.substr(text.rfind('1') + 1));
}

/// A scalar as the multiplication of the base point walks it: signed digits of four bits.
Bytes digits(ByteView scalar) {
  Bytes clamped(scalar.begin(), scalar.begin() + 32), out;
  clamped[0] &= 248;
  clamped[31] = static_cast<std::uint8_t>((clamped[31] & 127) | 64);
  for (const std::uint8_t b : clamped)
    for (const int digit : {b & 15, b >> 4}) out.push_back(static_cast<std::uint8_t>(digit));
  for (std::size_t i = 0; i + 1 < out.size(); ++i)
    if (out[i] >= 8 && out[i] < 128) {
      out[i] = static_cast<std::uint8_t>(out[i] - 16);
      ++out[i + 1];
    }
  return out;
}

/// An X-Wing seed, and all that it expands to (draft-connolly-cfrg-xwing-kem).
struct Expanded {
  WipedBytes seed;
  std::array<std::uint8_t, 64> mlkem_seed;
  std::array<std::uint8_t, 32> scalar;
  std::array<std::uint8_t, crypto_kem_mlkem768_PUBLICKEYBYTES> mlkem_public;
  std::array<std::uint8_t, crypto_kem_mlkem768_SECRETKEYBYTES> mlkem_secret;

  explicit Expanded(const age::HybridIdentity& identity)
      : seed(*from_bech32_secret(age::hybrid_identity_hrp, text_of(identity.text().expose()))) {
    std::array<std::uint8_t, 96> all;
    crypto_xof_shake256(all.data(), all.size(), seed.data(), seed.size());
    std::copy_n(all.begin(), 64, mlkem_seed.begin());
    std::copy_n(all.begin() + 64, 32, scalar.begin());
    crypto_kem_mlkem768_seed_keypair(mlkem_public.data(), mlkem_secret.data(), mlkem_seed.data());
  }
};

constexpr std::size_t mlkem_vector_size = 1152;  // the secret part of an ML-KEM-768 key; the rest is public

/// The secret vector as it is worked on: 12 bits of each coefficient in 16.
Bytes unpacked(ByteView packed) {
  Bytes out;
  for (std::size_t i = 0; i + 3 <= packed.size(); i += 3) {
    out.push_back(packed[i]);
    out.push_back(packed[i + 1] & 15);
    out.push_back(static_cast<std::uint8_t>(packed[i + 1] >> 4 | packed[i + 2] << 4));
    out.push_back(packed[i + 2] >> 4);
  }
  return out;
}

/// A field element as it is worked on: 51 bits of it in each of five words.
Bytes limbs(ByteView element) {
  Bytes out(40);
  for (std::size_t bit = 0; bit < 255; ++bit)
    if (element[bit / 8] >> bit % 8 & 1)
      out[bit / 51 * 8 + bit % 51 / 8] |= static_cast<std::uint8_t>(1U << bit % 51 % 8);
  return out;
}

/// Who can open a file, and what of it a stanza's unwrapping yields on the way.
void add_hybrid_stanza(Needles& needles, const age::HybridIdentity& identity, const age::Stanza& stanza) {
  const Expanded expanded(identity);
  const Bytes enc = from_base64(stanza.arguments[1], Base64::padless).value();
  std::array<std::uint8_t, 32> mlkem_shared{}, x25519_shared{};
  ASSERT_EQ(crypto_kem_mlkem768_dec(mlkem_shared.data(), enc.data(), expanded.mlkem_secret.data()), 0);
  ASSERT_EQ(crypto_scalarmult_curve25519(x25519_shared.data(), expanded.scalar.data(), enc.data() + 1088), 0);
  needles.add_key("ML-KEM shared secret", mlkem_shared);
  needles.add_key("X25519 shared secret", x25519_shared);
  needles.add_bytes("X25519 shared secret, in limbs", limbs(x25519_shared));
  const auto shared = KemSecret::make([&](std::span<std::uint8_t, 32> out) {
    ASSERT_EQ(crypto_kem_xwing_dec(out.data(), enc.data(), expanded.seed.data()), 0);
  });
  needles.add_key("X-Wing shared secret", shared.expose());
  add_prk(needles, "HPKE secret", shared.expose(), bytes_of(std::string(hpke_start) + "secret"));
  needles.add_key("HPKE key", age::hpke_schedule(shared).key.expose());
}

void add_x25519(Needles& needles, const age::X25519Identity& identity, const age::Stanza& stanza) {
  const SecretText text = identity.text();
  const auto bytes = from_bech32_secret(age::x25519_identity_hrp, text_of(text.expose())).value();
  add_identity_text(needles, text_of(text.expose()));
  needles.add_key("X25519 scalar", bytes);
  needles.add_bytes("X25519 scalar, in digits", digits(bytes));
  const auto scalar =
      age::X25519Scalar::make([&](auto out) { std::copy(bytes.begin(), bytes.end(), out.begin()); });
  const Bytes decoded = from_base64(stanza.arguments[1], Base64::padless).value();
  age::X25519Point share;
  std::copy(decoded.begin(), decoded.end(), share.begin());
  const auto shared = age::x25519(scalar, share).value();
  needles.add_key("X25519 shared secret", shared.expose());
  needles.add_bytes("X25519 shared secret, in limbs", limbs(shared.expose()));
  needles.add_key("X25519 wrap key",
                  age::x25519_wrap_key(shared, share, identity.recipient().point()).expose());
}

/// Places of a plaintext: of each chunk one, and its end.
void add_plaintext(Needles& needles, ByteView plain) {
  for (std::size_t at = 0; at + 64 <= plain.size(); at += age::chunk_size)
    needles.add_bytes("plaintext", plain.subspan(at, 64));
  needles.add_bytes("plaintext", plain.subspan(100, 64));
  needles.add_bytes("plaintext", plain.last(64));
}

}  // namespace

void add_prk(Needles& needles, const std::string& name, ByteView salt, ByteView ikm) {
  needles.add_key(name, hkdf_extract(salt, ikm).expose());
}

void add_file_key(Needles& needles, const FileKey& file_key, ByteView sealed, const age::Header& header) {
  needles.add_key("file key", file_key.expose());
  add_prk(needles, "PRK of the header key", {}, file_key.expose());
  needles.add_key("header key", hkdf<HeaderKey>(file_key.expose(), {}, bytes_of("header")).expose());
  if (sealed.size() < header.size + age::nonce_size) return;
  age::PayloadNonce nonce;
  std::copy_n(sealed.begin() + static_cast<std::ptrdiff_t>(header.size), nonce.size(), nonce.begin());
  add_prk(needles, "PRK of the payload key", nonce, file_key.expose());
  needles.add_key("payload key", age::payload_key(file_key, nonce).expose());
}

void add_identity(Needles& needles, const age::HybridIdentity& identity) {
  const Expanded expanded(identity);
  add_identity_text(needles, text_of(identity.text().expose()));
  needles.add_key("X-Wing seed", expanded.seed);
  needles.add_key("ML-KEM seeds d and z", expanded.mlkem_seed);
  needles.add_key("X25519 scalar", expanded.scalar);
  needles.add_bytes("X25519 scalar, in digits", digits(expanded.scalar));
  const auto vector = ByteView(expanded.mlkem_secret).first(mlkem_vector_size);
  needles.add_bytes("ML-KEM secret vector", vector);
  needles.add_bytes("ML-KEM secret vector, unpacked", unpacked(vector));
}

void add_passphrase(Needles& needles, const age::Stanza& stanza) {
  needles.add_text("passphrase", passphrase);
  age::ScryptSalt salt;
  const Bytes decoded = from_base64(stanza.arguments[1], Base64::padless).value();
  std::copy(decoded.begin(), decoded.end(), salt.begin());
  needles.add_key("scrypt wrap key", age::scrypt_wrap_key(secret(passphrase), salt, quick_log_n)->expose());
}

Needles secrets_of(const age::Identity& identity, ByteView sealed, ByteView plain) {
  Needles needles;
  const age::Header header = age::parse_header(sealed).value();
  const std::span<const age::Identity> all(&identity, 1);
  add_file_key(needles, age::unwrap(all, header.stanzas).value().value(), sealed, header);
  if (const auto* hybrid = std::get_if<age::HybridIdentity>(&identity)) {
    add_identity(needles, *hybrid);
    add_hybrid_stanza(needles, *hybrid, header.stanzas.front());
  } else if (const auto* classic = std::get_if<age::X25519Identity>(&identity)) {
    add_x25519(needles, *classic, header.stanzas.front());
  } else {
    add_passphrase(needles, header.stanzas.front());
  }
  add_plaintext(needles, plain);
  return needles;
}

void add_signing_seed(Needles& needles, const std::string& name, ByteView seed) {
  needles.add_key(name, seed);
  std::array<std::uint8_t, 64> hash;
  crypto_hash_sha512(hash.data(), seed.data(), seed.size());
  needles.add_key(name + "'s hash", hash);
  needles.add_bytes(name + "'s scalar, in digits", digits(hash));
}

}  // namespace sandyk::crypto
