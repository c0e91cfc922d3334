// Two readers of the same bytes: whatever the front accepts, cpp-httplib reads the same from the canonical
// request.
#include "intake/canonical.h"

#include <cstdlib>

#include "crypto/seal/calendar.h"
#include "tests/support/http_probe.h"

using namespace sandyk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = intake::parse_head(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!parsed || !*parsed) return 0;
  const intake::Head& head = (*parsed)->head;
  if (head.method != intake::Method::get && head.method != intake::Method::put) return 0;

  static testing::HttpProbe probe;
  const auto seen = probe.read(intake::canonical_request(head));
  if (!seen || seen->path != head.path) std::abort();
  if (seen->method != (head.method == intake::Method::put ? "PUT" : "GET")) std::abort();
  const bool has_week = head.week && crypto::Week::parse(*head.week);
  if (seen->week != (has_week ? *head.week : "")) std::abort();
  if (seen->headers != (has_week ? 3 : 2)) std::abort();
  return 0;
}
