// What the endpoint answers, and the headers that stand in every answer.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandyk::intake {

struct Answer {
  int status;
  std::string type;  ///< Content-Type
  std::string body;
  unsigned retry_after = 0;                                    ///< seconds; 0 leaves the header out
  std::string_view allow = {};                                 ///< for 405
  std::vector<std::pair<std::string, std::string>> more = {};  ///< headers besides
};

/// Nothing may be loaded, framed, submitted or kept. No cookie, no ETag, no date.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 4> standard_headers = {{
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};
inline constexpr std::string_view content_policy =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The bytes of an answer that the front gives itself; it closes the connection after it. The answer to a
/// HEAD has no body, only its length.
std::string write_closing_answer(const Answer& answer, bool is_to_head = false);

}  // namespace sandyk::intake
