// What a server says of an upload: whatever is taken has the one form that we would write ourselves.
#include "reporter/upload_answer.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto path = reporter::upload_path(text)) {
    if (*path != text || text.size() != 73) std::abort();
    if (text.find_first_not_of("0123456789abcdef", 9) != std::string::npos) std::abort();
  }
  if (const auto number = reporter::upload_number(text)) {
    const auto digits = text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
    if (std::to_string(*number) != digits) std::abort();
  }
  if (const auto largest = reporter::largest_part(text)) {
    if (*largest == 0) std::abort();
    if (reporter::largest_part("max-size=7, " + text) != largest) std::abort();
  }
  return 0;
}
