// The HPKE base-mode key schedule of age's hybrid stanza (RFC 9180, section 5.1; C2SP age.md,
// "mlkem768x25519").
#pragma once

#include "crypto/seal/age/file_key.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

struct HpkeKeys {
  WrapKey key;
  WrapNonce nonce;
};

/// Key and base nonce from the X-Wing shared secret, for ChaCha20-Poly1305, sequence number 0.
HpkeKeys hpke_schedule(const KemSecret& shared);

}  // namespace sandyk::crypto::age
