// A minisign public key: its base64 line has one spelling, its file reads back as the same key, and no single
// changed character of the line reads as the same key.
#include <cstdlib>

#include "crypto/seal/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const auto text = text_of(ByteView(data, size));
  const auto key = VerifyKey::parse(text);
  if (!key) return 0;
  const std::string line = key->text();
  if (text.find(line) == std::string_view::npos) std::abort();
  if (VerifyKey::parse(line) != key || VerifyKey::parse(key->file()) != key) std::abort();
  if (key->site().size() != 16) std::abort();

  std::string changed = line;
  char& c = changed[data[size / 2] % line.size()];
  c = c == 'A' ? 'B' : 'A';
  if (VerifyKey::parse(changed) == key) std::abort();
  return 0;
}
