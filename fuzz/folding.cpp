// Text for the search: folding twice changes nothing, gives UTF-8, and what is asked of FTS5 is quoted words
// alone.
#include "desk/folding.h"

#include <cstdint>
#include <cstdlib>

#include "crypto/seal/utf8.h"

namespace {

/// `"word"*`, one or more, with a space between.
bool is_quoted_words(std::string_view text) {
  while (!text.empty()) {
    if (text[0] != '"') return false;
    const auto end = text.find('"', 1);
    if (end == std::string_view::npos || end == 1 || text.substr(end, 2) != "\"*") return false;
    text.remove_prefix(end + 2);
    if (!text.empty() && text[0] == ' ' && text.size() > 1) text.remove_prefix(1);
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string folded = desk::fold(text);
  if (!crypto::is_utf8(folded) || folded.size() > text.size() || desk::fold(folded) != folded) std::abort();
  if (!is_quoted_words(desk::search_expression(text))) std::abort();
  return 0;
}
