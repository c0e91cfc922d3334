// Any Bech32 string that is read has no second spelling; any bytes that are written are read again.
#include "crypto/seal/bech32.h"

#include <cstdlib>

#include "crypto/seal/age/mlkem768x25519.h"
#include "crypto/seal/process.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  sandyk::crypto::start_process();  // guarded memory needs a started libsodium
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const ByteView bytes(data, size);
  const auto text = text_of(bytes);
  for (const std::string_view hrp : {std::string_view("a"), age::hybrid_recipient_hrp})
    if (const auto read = from_bech32(hrp, text); read && to_bech32(hrp, *read) != text) std::abort();
  if (const auto read = from_bech32_secret("A", text);
      read && text_of(to_bech32_secret("A", *read).expose()) != text)
    std::abort();
  if (from_bech32("age1pq", to_bech32("age1pq", bytes)) != Bytes(data, data + size)) std::abort();
  if (const auto recipient = age::HybridRecipient::parse(text); recipient && recipient->text() != text)
    std::abort();
  return 0;
}
