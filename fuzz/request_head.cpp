// The front's parser: a head that is accepted is read again the same from its canonical form, none of its
// prefixes is a fault, and what follows it does not matter.
#include "intake/request_head.h"

#include <cstdlib>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "intake/canonical.h"
#include "intake/limits.h"

using namespace sandyk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parsed = intake::parse_head(bytes);
  if (!parsed || !*parsed) return 0;
  const intake::Head& head = (*parsed)->head;
  const std::size_t length = (*parsed)->size;
  if (length > bytes.size() || length > intake::max_head_size) std::abort();

  const auto alone = intake::parse_head(bytes.substr(0, length));
  if (!alone || !*alone || (*alone)->head != head) std::abort();
  for (std::size_t n = 0; n < length; n += 1 + n / 16) {
    const auto prefix = intake::parse_head(bytes.substr(0, n));
    if (!prefix || *prefix) std::abort();
  }

  if (head.method == intake::Method::other || head.method == intake::Method::preflight) return 0;
  const auto again = intake::parse_head(intake::canonical_request(head));
  if (!again || !*again) std::abort();
  intake::Head expected{};  // what travels on, and nothing else of it
  expected.method = head.method;
  expected.path = head.path;
  expected.content_length = 0;
  if (head.week && crypto::Week::parse(*head.week)) expected.week = head.week;
  if (head.report && crypto::ReportId::parse(*head.report)) expected.report = head.report;
  expected.upload_offset = head.upload_offset;
  expected.upload_length = head.upload_length;
  expected.upload_complete = head.upload_complete;
  if ((*again)->head != expected) std::abort();
  return 0;
}
