// Two readers of the same bytes: whatever the front accepts, cpp-httplib reads the same from the canonical
// request.
#include "intake/canonical.h"

#include <cstdlib>
#include <string>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "tests/support/http_probe.h"

using namespace sandyk;

namespace {

std::string_view name_of(intake::Method method) {
  using intake::Method;
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::put:
      return "PUT";
    case Method::post:
      return "POST";
    case Method::patch:
      return "PATCH";
    case Method::remove:
      return "DELETE";
    case Method::preflight:
    case Method::other:
      break;
  }
  std::abort();
}

std::string text_of(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = intake::parse_head(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!parsed || !*parsed) return 0;
  const intake::Head& head = (*parsed)->head;
  if (head.method == intake::Method::other || head.method == intake::Method::preflight) return 0;

  static testing::HttpProbe probe;
  const auto seen = probe.read(intake::canonical_request(head));
  if (!seen || seen->path != head.path || seen->method != name_of(head.method)) std::abort();
  const bool has_week = head.week && crypto::Week::parse(*head.week);
  if (seen->week != (has_week ? *head.week : "")) std::abort();
  const bool has_report = head.report && crypto::ReportId::parse(*head.report);
  if (seen->report != (has_report ? *head.report : "")) std::abort();
  const std::string complete = head.upload_complete ? *head.upload_complete ? "?1" : "?0" : "";
  if (seen->upload != text_of(head.upload_offset) + ' ' + text_of(head.upload_length) + ' ' + complete)
    std::abort();
  const std::size_t headers = 2U + has_week + has_report + head.upload_offset.has_value() +
                              head.upload_length.has_value() + head.upload_complete.has_value();
  if (seen->headers != headers) std::abort();
  return 0;
}
