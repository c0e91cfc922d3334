// Contacts are read from any bytes as they are, or not at all; what was read is shown in every language, and
// nothing in it becomes markup.
#include "reporter/page/contacts.h"

#include <cstdlib>

#include "reporter/page/page.h"

using namespace sandyk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto contacts = page::parse_contacts({data, size});
  if (!contacts) return 0;
  for (const std::string_view language : page::languages) {
    const std::string html = page::contacts_html(*contacts, language);
    if (html.find("<script") != std::string::npos || html.find("<img") != std::string::npos) std::abort();
  }
  return 0;
}
