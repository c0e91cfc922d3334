// The head of one HTTP/1.1 request, delimited strictly: the only parser that sees what a peer sent. Whatever
// is unusual is refused, so that no second reader can disagree (RFC 9112, sections 2 to 6 and 11.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace sandyk::intake {

enum class Method { get, head, put, post, patch, remove, preflight, other };

/// What the endpoint uses of a head. Nothing else of it is kept: no user agent, no cookie, no referrer.
struct Head {
  Method method;
  std::string path;  ///< begins with '/'; letters, digits and "/._~-" only. A query is dropped.
  std::optional<std::uint64_t> content_length;
  std::optional<std::string> content_type;  ///< in lower case
  std::optional<std::string> week;          ///< Sandyk-Week, as it came
  std::optional<std::string> puzzle;        ///< Sandyk-Puzzle, as it came
  bool has_encoding = false;                ///< there is a Content-Encoding
  bool wants_close = false;
  bool expects_continue = false;
  std::optional<std::string> report{};           ///< Sandyk-Report, as it came
  std::optional<std::uint64_t> upload_offset{};  ///< these three as in the draft "Resumable Uploads for HTTP"
  std::optional<std::uint64_t> upload_length{};
  std::optional<bool> upload_complete{};
  std::optional<std::string> origin{};    ///< Origin, as it came: the site of the page that asks
  std::optional<std::string> boundary{};  ///< of a form's parts
  bool is_cross_site = false;             ///< a browser says that a page of another site asks

  bool operator==(const Head&) const = default;
};

struct ParsedHead {
  Head head;
  std::size_t size;  ///< bytes up to and with the empty line; the body follows
};

enum class HeadFault {
  too_long,  ///< no end within max_head_size
  too_many_fields,
  bytes,              ///< a control character, a bare CR or LF, or a byte that is not ASCII
  request_line,       ///< not three words
  target,             ///< not a path of allowed characters
  version,            ///< not HTTP/1.1
  field,              ///< no colon, white space before it, a folded line
  host,               ///< not exactly one, or not a host
  content_length,     ///< not plain digits
  duplicate,          ///< a field that we use stands twice
  transfer_encoding,  ///< any
  expectation,        ///< other than 100-continue
  upload,             ///< Upload-Offset or Upload-Length not plain digits, Upload-Complete not ?0 or ?1
};

/// Reads one head from the start of `bytes`. Total: any bytes give a head, a fault, or nothing, which means
/// that it goes on. A prefix of a head that is accepted is never a fault.
[[nodiscard]] tl::expected<std::optional<ParsedHead>, HeadFault> parse_head(std::string_view bytes);

}  // namespace sandyk::intake
