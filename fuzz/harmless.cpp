// A stranger's text on a terminal: whatever the bytes, the result is UTF-8 without control characters, and
// making it harmless once is enough.
#include <cstdlib>

#include "crypto/seal/json.h"
#include "report/text.h"

namespace {

/// UTF-8 as the JSON library sees it: it throws on any other bytes, and escapes control characters.
bool is_plain_utf8(const std::string& text) {
  std::string plain;  // without what is escaped, or may stand there
  for (char c : text) plain += c == '\n' || c == '\t' || c == '"' || c == '\\' ? ' ' : c;
  try {
    return sandyk::crypto::Json(plain).dump() == '"' + plain + '"';
  } catch (const sandyk::crypto::Json::exception&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sandyk::report::harmless;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string shown = harmless(text);
  if (!is_plain_utf8(shown) || harmless(shown) != shown) std::abort();
  for (const std::string_view obeyed :
       {"\x7f", "\xc2\x80", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xef\xbb\xbf"})
    if (shown.find(obeyed) != std::string::npos) std::abort();
  if (is_plain_utf8(std::string(text)) &&
      sandyk::report::count_code_points(text) != sandyk::report::count_code_points(shown))
    std::abort();
  return 0;
}
