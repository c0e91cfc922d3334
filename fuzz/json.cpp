// JSON that is read, written and read again is the same value.
#include "crypto/seal/json.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  constexpr std::size_t limit = 4096;
  const auto value = parse_json(ByteView(data, size), limit);
  if (!value) return 0;
  if (size > limit) std::abort();
  const std::string written = write_json(*value);
  const auto again = parse_json(bytes_of(written), 64 * limit);
  if (!again || write_json(*again) != written) std::abort();
  return 0;
}
