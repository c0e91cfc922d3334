// A share's file has one spelling: what is read is written as it was.
#include <algorithm>
#include <cstdlib>

#include "desk/shares.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const crypto::ByteView file(data, size);
  const auto share = desk::parse_share(file);
  if (!share) return 0;
  if (share->needed < 2 || share->needed > share->of || share->number > share->of || share->number == 0)
    std::abort();
  if (!std::ranges::equal(desk::write_share(*share), file)) std::abort();
  return 0;
}
