// The intake's configuration: its values, written as lines and read again, are the same; each is of a key
// there is, on one line, without white space around it; and none may be there twice.
#include "intake/config.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::intake;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto values = read_values(text);
  if (!values) {
    if (values.error().empty()) std::abort();
    return 0;
  }
  if (values->size() > options.size()) std::abort();
  std::string written;
  for (const auto& [key, value] : *values) {
    const auto is_it = [&k = key](const Option& option) { return option.key == k; };
    if (std::none_of(options.begin(), options.end(), is_it)) std::abort();
    if (value.find('\n') != std::string::npos) std::abort();
    written += key + " = " + value + "\n";
  }
  const auto again = read_values(written);
  if (!again || *again != *values) std::abort();
  if (!values->empty() && read_values(written + written)) std::abort();
  return 0;
}
