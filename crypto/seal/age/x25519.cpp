#include "crypto/seal/age/x25519.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/seal/age/file_key.h"
#include "crypto/seal/bech32.h"
#include "crypto/seal/hkdf.h"
#include "crypto/seal/text_encoding.h"
#include "crypto/seal/wiped_stack.h"

namespace sandyk::crypto::age {

constexpr std::size_t curve_stack = 8 * 1024;  // libsodium's goes down to 2.3 KiB
static_assert(crypto_scalarmult_curve25519_BYTES == x25519_size);
static_assert(crypto_scalarmult_curve25519_SCALARBYTES == x25519_size);

std::optional<X25519Shared> x25519(const X25519Scalar& scalar, const X25519Point& point) {
  const WipedStack wiped(curve_stack);
  bool is_valid = false;
  auto shared = X25519Shared::make([&](std::span<std::uint8_t, x25519_size> out) {
    is_valid = crypto_scalarmult_curve25519(out.data(), scalar.expose().data(), point.data()) == 0;
  });
  if (!is_valid) return std::nullopt;
  return shared;
}

X25519Point x25519_base(const X25519Scalar& scalar) {
  const WipedStack wiped(curve_stack);
  X25519Point point;
  crypto_scalarmult_curve25519_base(point.data(), scalar.expose().data());
  return point;
}

WrapKey x25519_wrap_key(const X25519Shared& shared, const X25519Point& share, const X25519Point& recipient) {
  std::array<std::uint8_t, 2 * x25519_size> salt;
  std::copy(recipient.begin(), recipient.end(), std::copy(share.begin(), share.end(), salt.begin()));
  return hkdf<WrapKey>(shared.expose(), salt, bytes_of(x25519_info));
}

std::optional<X25519Recipient> X25519Recipient::parse(std::string_view text) {
  const auto bytes = from_bech32(x25519_recipient_hrp, text);
  if (!bytes || bytes->size() != x25519_size) return std::nullopt;
  X25519Point point;
  std::copy(bytes->begin(), bytes->end(), point.begin());
  return X25519Recipient(point);
}

std::string X25519Recipient::text() const {
  return to_bech32(x25519_recipient_hrp, point_);
}

tl::expected<Stanza, SealFault> X25519Recipient::wrap(const FileKey& file_key) const {
  const auto ephemeral = X25519Scalar::random();
  const X25519Point share = x25519_base(ephemeral);
  const auto shared = x25519(ephemeral, point_);
  if (!shared) return tl::unexpected(SealFault::bad_recipient);
  return Stanza{{std::string(x25519_type), to_base64(share, Base64::padless)},
                wrap_file_key(x25519_wrap_key(*shared, share, point_), zero_nonce, file_key)};
}

}  // namespace sandyk::crypto::age
