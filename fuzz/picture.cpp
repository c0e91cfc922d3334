// What the desk's reader makes of a picture's file: pixels of a bounded size, or a sentence. What is taken
// for one kind by its beginning stays that kind whatever follows.
#include <cstdlib>

#include "desk/file_kind.h"
#include "desk/picture_decoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  constexpr std::uint32_t side = 32;
  const crypto::ByteView file(data, size);
  const auto kind = desk::kind_of_file(file);
  crypto::Bytes longer(data, data + size);
  longer.insert(longer.end(), {'x', 0, 0xff});
  if (kind.is_picture && desk::kind_of_file(longer).type != kind.type) std::abort();
  if (const auto turn = desk::orientation_of_jpeg(file); turn < 1 || turn > 8) std::abort();
  const auto pixels = desk::decode_picture(file, side);
  if (!pixels) {
    if (pixels.error().empty()) std::abort();
    return 0;
  }
  if (!kind.is_picture || pixels->width > side || pixels->height > side) std::abort();
  if (!desk::parse_pixels(desk::write_pixels(*pixels))) std::abort();
  return 0;
}
