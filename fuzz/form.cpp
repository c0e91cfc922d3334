// The form of the page without script: any bytes give a form or nothing, and a form's file lies within the
// body.
#include "intake/form.h"

#include <cstdlib>

using namespace sandyk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const crypto::ByteView all(data, size);
  const std::string_view text = crypto::text_of(all);
  const auto line = std::min(text.find('\n'), text.size());
  const auto boundary = intake::form_boundary(text.substr(0, line));
  const crypto::ByteView body = all.subspan(std::min(line + 1, size));
  const auto form = intake::parse_form(body, boundary.value_or("x"));
  if (!form) return 0;
  if (!form->file.empty() &&
      (form->file.data() < body.data() || form->file.data() + form->file.size() > body.data() + body.size()))
    std::abort();
  for (const char c : form->puzzle)
    if (c == '\r' || c == '\n' || c == ' ') std::abort();
  return 0;
}
