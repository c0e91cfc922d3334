// The path of a file of the log, as it comes from the network. It has one spelling, made of harmless
// characters only, and stays below the log's folder.
#include "storage/tile_path.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "crypto/seal/bytes.h"
#include "intake/log_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const auto text = crypto::text_of(crypto::ByteView(data, size));
  const auto path = storage::TilePath::parse(text);
  if (intake::LogFile::parse(text).has_value() != (path.has_value() || text == "checkpoint")) std::abort();
  if (!path) return 0;
  if (path->text() != text || path->width == 0 || path->width > storage::tile_width) std::abort();
  if (path->level && *path->level > 63) std::abort();
  const std::filesystem::path inside(text);
  if (inside.is_absolute() || inside.lexically_normal() != inside) std::abort();
  for (const auto& part : inside)
    if (part == ".." || part == "." || part.native().starts_with("pending")) std::abort();
  return 0;
}
