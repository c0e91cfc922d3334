// What the reader says of a picture: pixels that fill exactly their sides, and the same bytes when written
// again.
#include "desk/pixels.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const crypto::ByteView bytes(data, size);
  const auto pixels = desk::parse_pixels(bytes);
  if (!pixels) return 0;
  if (!std::ranges::equal(desk::write_pixels(*pixels), bytes)) std::abort();
  if (desk::png_of(*pixels).empty()) std::abort();
  return 0;
}
