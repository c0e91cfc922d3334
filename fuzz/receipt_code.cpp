// A receipt code that is read reads alike as it is shown.
#include <algorithm>
#include <cstdlib>

#include "crypto/open/receipt.h"
#include "crypto/seal/process.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  sandyk::crypto::start_process();  // guarded memory needs a started libsodium
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const auto typed = text_of(ByteView(data, size));
  const auto code = ReceiptCode::parse(typed);
  if (!code) return 0;
  if (std::count_if(typed.begin(), typed.end(), [](char c) { return c != ' ' && c != '-'; }) != 25)
    std::abort();
  const SecretText shown = code->grouped();
  const auto again = ReceiptCode::parse(text_of(shown.expose()));
  if (!again || !std::equal(code->expose().begin(), code->expose().end(), again->expose().begin()))
    std::abort();
  return 0;
}
