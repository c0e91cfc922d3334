// The text of an identity file: never more than a hundred identities, each written as one of its lines.
#include <cstdlib>

#include "crypto/open/age/identity_file.h"
#include "crypto/seal/process.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  sandyk::crypto::start_process();  // guarded memory needs a started libsodium
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const auto text = text_of(ByteView(data, size));
  const auto identities = age::parse_identities(text);
  if (!identities) return 0;
  if (identities->size() > 100) std::abort();
  for (const age::Identity& identity : *identities) {
    const auto* hybrid = std::get_if<age::HybridIdentity>(&identity);
    const auto* classic = std::get_if<age::X25519Identity>(&identity);
    if (!hybrid && !classic) std::abort();  // no line of a file is a passphrase
    const SecretText line = hybrid ? hybrid->text() : classic->text();
    if (text.find(text_of(line.expose())) == std::string_view::npos) std::abort();
  }
  return 0;
}
