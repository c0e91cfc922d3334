// What kind a file is: told by its first bytes, so that what follows does not matter; and only a JPEG has an
// Exif part, which does not go away when something follows.
#include "reporter/media_type.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const crypto::ByteView content(data, size);
  const auto type = reporter::media_type_of(content);
  crypto::Bytes longer(data, data + size);
  longer.insert(longer.end(), {'x', 0, 0xff});
  if (type != "application/octet-stream" && reporter::media_type_of(longer) != type) std::abort();
  if (reporter::has_exif(content)) {
    if (!crypto::text_of(content).starts_with("\xff\xd8") || size < 2 + 4 + 5) std::abort();
    if (!reporter::has_exif(longer)) std::abort();
  }
  if (reporter::evidence_kind_of(type).empty()) std::abort();
  return 0;
}
