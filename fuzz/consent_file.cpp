// A consent file that is read, written and read again says the same; so does the text that two people
// approve.
#include "desk/consent_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const auto file = desk::parse_consent_file(crypto::ByteView(data, size));
  if (!file) return 0;
  const std::string written = desk::write_consent_file(*file);
  const auto again = desk::parse_consent_file(crypto::bytes_of(written));
  if (!again || desk::write_consent_file(*again) != written) std::abort();
  if (again->approvable().text != file->approvable().text) std::abort();
  return 0;
}
