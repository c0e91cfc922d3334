// A tombstone that is read, written and read again says the same; and no text is taken both for a tombstone
// and for the operator's word on the date.
#include "storage/tombstone.h"

#include <cstdlib>

#include "storage/clock_guard.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const crypto::ByteView json(data, size);
  const auto day = storage::parse_day_confirmation(json);
  if (day && storage::parse_day_confirmation(crypto::bytes_of(storage::write_day_confirmation(*day))) != day)
    std::abort();
  const auto tombstone = storage::parse_tombstone(json);
  if (!tombstone) return 0;
  if (day) std::abort();
  const std::string written = storage::write_tombstone(*tombstone);
  const auto again = storage::parse_tombstone(crypto::bytes_of(written));
  if (!again || storage::write_tombstone(*again) != written) std::abort();
  return 0;
}
