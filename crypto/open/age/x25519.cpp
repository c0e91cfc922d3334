#include "crypto/open/age/x25519.h"

#include <algorithm>

#include "crypto/open/age/file_key.h"
#include "crypto/seal/bech32.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto::age {

X25519Identity X25519Identity::generate() {
  return X25519Identity(X25519Scalar::random());
}

std::optional<X25519Identity> X25519Identity::parse(std::string_view text) {
  const auto bytes = from_bech32_secret(x25519_identity_hrp, text);
  if (!bytes || bytes->size() != x25519_size) return std::nullopt;
  return X25519Identity(
      X25519Scalar::make([&](auto out) { std::copy(bytes->begin(), bytes->end(), out.begin()); }));
}

SecretText X25519Identity::text() const {
  return to_bech32_secret(x25519_identity_hrp, scalar_.expose());
}

tl::expected<std::optional<FileKey>, OpenFault> X25519Identity::unwrap(
    std::span<const Stanza> stanzas) const {
  for (const Stanza& stanza : stanzas) {
    if (stanza.arguments.front() != x25519_type) continue;
    if (stanza.arguments.size() != 2 || stanza.body.size() != wrapped_key_size)
      return tl::unexpected(OpenFault::header);
    const auto bytes = from_base64(stanza.arguments[1], Base64::padless);
    if (!bytes || bytes->size() != x25519_size) return tl::unexpected(OpenFault::header);
    X25519Point share;
    std::copy(bytes->begin(), bytes->end(), share.begin());

    const auto shared = x25519(scalar_, share);
    if (!shared) return tl::unexpected(OpenFault::header);
    const auto key = x25519_wrap_key(*shared, share, recipient_.point());
    if (auto file_key = unwrap_file_key(key, zero_nonce, stanza.body)) return file_key;
  }
  return std::optional<FileKey>();
}

}  // namespace sandyk::crypto::age
