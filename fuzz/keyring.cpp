// A keyring that is read, written and read again says the same. Signed, it is accepted by its own root key
// alone, as a keyring alone, and with its own serial number alone.
#include "crypto/seal/keyring.h"

#include <algorithm>
#include <cstdlib>

#include "fuzz/fixed_keys.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;

/// The same key under another id.
VerifyKey other_root(const VerifyKey& root) {
  std::array<std::uint8_t, minisign::public_key_size> key;
  std::copy(root.key().begin(), root.key().end(), key.begin());
  return VerifyKey({8, 7, 6, 5, 4, 3, 2, 1}, key);
}

void is_accepted_for_what_it_is(ByteView json, const KeyringContent& content) {
  const SigningKey& signer = fuzz::signing_key();
  const VerifyKey root = signer.verify_key();
  const auto signature = [&](SignedKind kind, const std::string& mark) {
    return signer.sign(json, kind, root.site(), mark);
  };
  const std::string serial = std::to_string(content.serial);
  const std::string right = signature(SignedKind::keyring, serial);

  const auto keyring = Keyring::verify(json, right, root);
  if (!keyring) {
    const bool is_other_site = content.site != root.site();
    if (keyring.error() != (is_other_site ? KeyringFault::other_site : KeyringFault::wrong_dates))
      std::abort();
  } else {
    const KeyringContent& c = keyring->content();
    if (keyring->json() != text_of(json) || keyring->signature() != right || c.site != root.site())
      std::abort();
    if (!(c.not_before < c.not_after && c.not_after < c.accept_until && c.accept_until < c.destroy_by))
      std::abort();
    if (keyring->recipients().size() != c.organisations.size()) std::abort();
  }
  if (Keyring::verify(json, signature(SignedKind::keyring, serial + "0"), root)) std::abort();
  if (Keyring::verify(json, signature(SignedKind::policy, serial), root)) std::abort();
  if (Keyring::verify(json, right, other_root(root))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView json(data, size);
  const auto content = parse_keyring(json);
  if (!content) return 0;
  if (content->organisations.empty() || content->organisations.size() > age::max_recipients) std::abort();
  const std::string written = write_keyring(*content);
  const auto again = parse_keyring(bytes_of(written));
  if (!again || write_keyring(*again) != written) std::abort();
  is_accepted_for_what_it_is(json, *content);
  return 0;
}
