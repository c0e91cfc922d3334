#include "intake/answer.h"

#include <httplib.h>

namespace sandyk::intake {

std::string write_closing_answer(const Answer& answer, bool is_to_head) {
  std::string text =
      "HTTP/1.1 " + std::to_string(answer.status) + ' ' + httplib::status_message(answer.status);
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append("\r\n").append(name).append(": ").append(value);
  };
  add("Connection", "close");
  add("Content-Type", answer.type);
  add("Content-Length", std::to_string(answer.body.size()));
  add("Content-Security-Policy", content_policy);
  for (const auto& header : standard_headers) add(header.first, header.second);
  if (answer.retry_after != 0) add("Retry-After", std::to_string(answer.retry_after));
  if (!answer.allow.empty()) add("Allow", answer.allow);
  for (const auto& header : answer.more) add(header.first, header.second);
  text += "\r\n\r\n";
  return is_to_head ? text : text + answer.body;
}

}  // namespace sandyk::intake
