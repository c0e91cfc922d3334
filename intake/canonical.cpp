#include "intake/canonical.h"

#include <cstdlib>

#include "crypto/seal/calendar.h"

namespace sandyk::intake {
namespace {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::put:
      return "PUT";
    case Method::head:
    case Method::other:
      break;  // admission refuses them
  }
  std::abort();
}

}  // namespace

std::string canonical_request(const Head& head) {
  std::string text(name_of(head.method));
  text += ' ' + head.path + " HTTP/1.1\r\nHost: sandyk\r\n";
  if (const auto week = head.week ? crypto::Week::parse(*head.week) : std::nullopt)
    text += "Sandyk-Week: " + week->text() + "\r\n";
  text += "Content-Length: 0\r\n\r\n";
  return text;
}

}  // namespace sandyk::intake
