// A public file of an organisation's week keys that is read, written and read again says the same.
#include "desk/week_keys.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const auto keys = desk::parse_week_keys(crypto::ByteView(data, size));
  if (!keys) return 0;
  const std::string written = desk::write_week_keys(*keys);
  const auto again = desk::parse_week_keys(crypto::bytes_of(written));
  if (!again || desk::write_week_keys(*again) != written) std::abort();
  return 0;
}
