// JSON that is read, written and read again is the same value; inside deeper brackets, or with a member
// twice, it is not read.
#include "crypto/seal/json.h"

#include <cstdlib>

namespace {

using namespace sandyk::crypto;

constexpr std::size_t limit = 4096;
constexpr std::size_t max_depth = 16;

std::size_t depth_of(const Json& value) {
  std::size_t deepest = 0;
  if (value.is_structured())
    for (const Json& each : value) deepest = std::max(deepest, 1 + depth_of(each));
  return value.is_structured() ? std::max<std::size_t>(deepest, 1) : 0;
}

/// Wrapped so that it is `depth` deep.
std::string nested(const std::string& text, std::size_t depth) {
  return std::string(depth, '[') + text + std::string(depth, ']');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = parse_json(ByteView(data, size), limit);
  if (!value) return 0;
  if (size > limit || parse_json(ByteView(data, size), size - 1)) std::abort();
  const std::string written = write_json(*value);
  const auto again = parse_json(bytes_of(written), 64 * limit);
  if (!again || write_json(*again) != written) std::abort();

  const auto depth = depth_of(*value);
  if (depth > max_depth) std::abort();
  if (!parse_json(bytes_of(nested(written, max_depth - depth)), 64 * limit)) std::abort();
  if (parse_json(bytes_of(nested(written, max_depth - depth + 1)), 64 * limit)) std::abort();

  if (value->is_object() && !value->empty()) {
    const std::string first = Json(value->begin().key()).dump() + ":0,";
    if (parse_json(bytes_of("{" + first + written.substr(1)), 64 * limit)) std::abort();
  }
  return 0;
}
