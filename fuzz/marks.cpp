// Marks and phrases in a text that somebody else wrote: finding them ends, and each has its one spelling.
#include "desk/casework/marks.h"

#include <algorithm>
#include <cstdlib>

#include "desk/casework/type_words.h"
#include "desk/folding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const std::string folded = desk::fold({reinterpret_cast<const char*>(data), size});
  const auto day = std::chrono::sys_days(std::chrono::year(2031) / 12 / 17);
  for (const desk::Mark& mark : desk::marks_of(folded)) {
    if (mark.kind == "date") (void)desk::is_near(mark, day, day, std::chrono::days(2));
    const bool is_plain = std::ranges::all_of(
        mark.value, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'; });
    if (mark.value.empty() || !is_plain) std::abort();
  }
  const auto words = desk::words_of(folded);
  for (const auto& phrase : desk::phrases_of("digital.ddos")) (void)desk::has_phrase(words, phrase);
  return 0;
}
