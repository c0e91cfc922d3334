// With a key whose secret half nobody has, no signature file verifies, whatever it says; and a public key
// that is read is written again as one that reads alike.
#include "crypto/seal/signature.h"
#include "crypto/seal/process.h"

#include <cstdlib>

namespace {

using namespace sandyk::crypto;

/// The key id of the seeds, so that the deeper checks are reached; the point is that of an example in RFC
/// 8032.
const VerifyKey& key() {
  static const VerifyKey k = *VerifyKey::parse("RWQBAgMEBQYHCNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea");
  return k;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  sandyk::crypto::start_process();  // guarded memory needs a started libsodium
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = text_of(ByteView(data, size));
  if (const auto read = VerifyKey::parse(text); read && VerifyKey::parse(read->file()) != read) std::abort();
  if (verify(key(), bytes_of("message"), text, SignedKind::keyring, "0123456789abcdef")) std::abort();
  return 0;
}
