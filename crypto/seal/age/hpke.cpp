#include "crypto/seal/age/hpke.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "crypto/seal/age/format.h"
#include "crypto/seal/hkdf.h"

namespace sandyk::crypto::age {
namespace {

using namespace std::string_view_literals;

using HpkeNonce = Secret<struct HpkeNonceKind, 12, SharedPages>;

// KEM 0x647a (X-Wing), KDF 0x0001 (HKDF-SHA-256), AEAD 0x0003 (ChaCha20-Poly1305).
constexpr std::string_view suite_id = "HPKE\x64\x7a\x00\x01\x00\x03"sv;
static_assert(suite_id.size() == 10);

/// LabeledExtract without key material: what the "psk" inputs are in base mode.
Prk labeled_extract(ByteView salt, std::string_view label, std::string_view ikm) {
  const std::string labeled = "HPKE-v1" + std::string(suite_id) + std::string(label) + std::string(ikm);
  return hkdf_extract(salt, bytes_of(labeled));
}

template <class Key>
Key labeled_expand(const Prk& prk, std::string_view label, std::string_view context) {
  const std::string length = {static_cast<char>(Key::size >> 8), static_cast<char>(Key::size & 0xff)};
  const std::string info =
      length + "HPKE-v1" + std::string(suite_id) + std::string(label) + std::string(context);
  return hkdf_expand<Key>(prk, bytes_of(info));
}

/// The same for every file: mode base, the hash of no psk_id, the hash of age's info string.
const std::string& key_schedule_context() {
  static const std::string context = [] {
    const Prk psk_id_hash = labeled_extract({}, "psk_id_hash", "");
    const Prk info_hash = labeled_extract({}, "info_hash", hybrid_info);
    std::string text(1, '\0');
    text += text_of(psk_id_hash.expose());
    text += text_of(info_hash.expose());
    return text;
  }();
  return context;
}

}  // namespace

HpkeKeys hpke_schedule(const KemSecret& shared) {
  // The KEM secret is the salt and the absent psk the key material: not a slip (RFC 9180, 5.1).
  const Prk secret = labeled_extract(shared.expose(), "secret", "");
  const auto nonce = labeled_expand<HpkeNonce>(secret, "base_nonce", key_schedule_context());
  HpkeKeys keys{labeled_expand<WrapKey>(secret, "key", key_schedule_context()), {}};
  std::copy(nonce.expose().begin(), nonce.expose().end(), keys.nonce.begin());
  return keys;
}

}  // namespace sandyk::crypto::age
