// A keyring that is read, written and read again says the same.
#include "crypto/seal/keyring.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const auto content = parse_keyring(ByteView(data, size));
  if (!content) return 0;
  if (content->organisations.empty() || content->organisations.size() > age::max_recipients) std::abort();
  const std::string written = write_keyring(*content);
  const auto again = parse_keyring(bytes_of(written));
  if (!again || write_keyring(*again) != written) std::abort();
  return 0;
}
