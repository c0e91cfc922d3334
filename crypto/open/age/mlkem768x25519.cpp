#include "crypto/open/age/mlkem768x25519.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/open/age/file_key.h"
#include "crypto/seal/age/hpke.h"
#include "crypto/seal/bech32.h"
#include "crypto/seal/text_encoding.h"
#include "crypto/seal/wiped_stack.h"

namespace sandyk::crypto::age {

HybridIdentity HybridIdentity::generate() {
  return HybridIdentity(Seed::random());
}

std::optional<HybridIdentity> HybridIdentity::parse(std::string_view text) {
  const auto bytes = from_bech32_secret(hybrid_identity_hrp, text);
  if (!bytes || bytes->size() != xwing_seed_size) return std::nullopt;
  return HybridIdentity(Seed::make([&](auto out) { std::copy(bytes->begin(), bytes->end(), out.begin()); }));
}

SecretText HybridIdentity::text() const {
  return to_bech32_secret(hybrid_identity_hrp, seed_.expose());
}

HybridRecipient HybridIdentity::recipient() const {
  const WipedStack wiped(xwing_stack);
  std::array<std::uint8_t, xwing_public_size> key;
  WipedArray<xwing_seed_size> secret;  // libsodium returns the seed again
  if (crypto_kem_xwing_seed_keypair(key.data(), secret.data(), seed_.expose().data()) != 0)
    throw std::bad_alloc();
  return HybridRecipient(key);
}

tl::expected<std::optional<FileKey>, OpenFault> HybridIdentity::unwrap(
    std::span<const Stanza> stanzas) const {
  const WipedStack wiped(xwing_stack);
  for (const Stanza& stanza : stanzas) {
    if (stanza.arguments.front() != hybrid_type) continue;
    if (stanza.arguments.size() != 2 || stanza.body.size() != wrapped_key_size)
      return tl::unexpected(OpenFault::header);
    const auto enc = from_base64(stanza.arguments[1], Base64::padless);
    if (!enc || enc->size() != xwing_enc_size) return tl::unexpected(OpenFault::header);

    bool is_valid = false;
    const auto shared = KemSecret::make([&](std::span<std::uint8_t, 32> out) {
      is_valid = crypto_kem_xwing_dec(out.data(), enc->data(), seed_.expose().data()) == 0;
    });
    if (!is_valid) return tl::unexpected(OpenFault::header);  // a low-order point

    // ML-KEM rejects implicitly: a stanza for somebody else shows only in the tag.
    const HpkeKeys keys = hpke_schedule(shared);
    if (auto file_key = unwrap_file_key(keys.key, keys.nonce, stanza.body)) return file_key;
  }
  return std::optional<FileKey>();
}

}  // namespace sandyk::crypto::age
