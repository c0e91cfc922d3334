#include "crypto/seal/age/mlkem768x25519.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/seal/age/file_key.h"
#include "crypto/seal/age/hpke.h"
#include "crypto/seal/bech32.h"
#include "crypto/seal/text_encoding.h"
#include "crypto/seal/wiped_stack.h"

namespace sandyk::crypto::age {

static_assert(crypto_kem_xwing_PUBLICKEYBYTES == xwing_public_size);
static_assert(crypto_kem_xwing_CIPHERTEXTBYTES == xwing_enc_size);
static_assert(crypto_kem_xwing_SECRETKEYBYTES == xwing_seed_size);

std::optional<HybridRecipient> HybridRecipient::parse(std::string_view text) {
  const auto bytes = from_bech32(hybrid_recipient_hrp, text);
  if (!bytes || bytes->size() != xwing_public_size) return std::nullopt;
  std::array<std::uint8_t, xwing_public_size> key;
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return HybridRecipient(key);
}

HybridRecipient HybridRecipient::throw_away() {
  const WipedStack wiped(xwing_stack);
  std::array<std::uint8_t, xwing_public_size> key;
  WipedArray<xwing_seed_size> secret;
  if (crypto_kem_xwing_keypair(key.data(), secret.data()) != 0) throw std::bad_alloc();
  return HybridRecipient(key);
}

std::string HybridRecipient::text() const {
  return to_bech32(hybrid_recipient_hrp, key_);
}

tl::expected<Stanza, SealFault> HybridRecipient::wrap(const FileKey& file_key) const {
  const WipedStack wiped(xwing_stack);
  std::array<std::uint8_t, xwing_enc_size> enc;
  bool is_valid = false;
  const auto shared = KemSecret::make([&](std::span<std::uint8_t, 32> out) {
    is_valid = crypto_kem_xwing_enc(enc.data(), out.data(), key_.data()) == 0;
  });
  if (!is_valid) return tl::unexpected(SealFault::bad_recipient);

  const HpkeKeys keys = hpke_schedule(shared);
  return Stanza{{std::string(hybrid_type), to_base64(enc, Base64::padless)},
                wrap_file_key(keys.key, keys.nonce, file_key)};
}

}  // namespace sandyk::crypto::age
