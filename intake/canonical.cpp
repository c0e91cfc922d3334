#include "intake/canonical.h"

#include <cstdlib>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"

namespace sandyk::intake {
namespace {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::put:
      return "PUT";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::patch:
      return "PATCH";
    case Method::remove:
      return "DELETE";
    case Method::preflight:
    case Method::other:
      break;  // admission answers them
  }
  std::abort();
}

}  // namespace

std::string canonical_request(const Head& head) {
  std::string text(name_of(head.method));
  text += ' ' + head.path + " HTTP/1.1\r\nHost: sandyk\r\n";
  if (const auto week = head.week ? crypto::Week::parse(*head.week) : std::nullopt)
    text += "Sandyk-Week: " + week->text() + "\r\n";
  if (const auto report = head.report ? crypto::ReportId::parse(*head.report) : std::nullopt)
    text += "Sandyk-Report: " + report->hex() + "\r\n";
  if (head.upload_offset) text += "Upload-Offset: " + std::to_string(*head.upload_offset) + "\r\n";
  if (head.upload_length) text += "Upload-Length: " + std::to_string(*head.upload_length) + "\r\n";
  if (head.upload_complete)
    text += std::string("Upload-Complete: ") + (*head.upload_complete ? "?1" : "?0") + "\r\n";
  text += "Content-Length: 0\r\n\r\n";
  return text;
}

}  // namespace sandyk::intake
