#include "intake/request_head.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "intake/form.h"
#include "intake/limits.h"

namespace sandyk::intake {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

/// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return is_alnum(c) || is_one_of(c, "!#$%&'*+-.^_`|~"); });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Only visible ASCII, spaces, and CR with LF behind it. A CR that ends `bytes` may still become a pair.
bool is_clean(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\r') {
      if (++i < bytes.size() && bytes[i] != '\n') return false;
    } else if (bytes[i] < ' ' || bytes[i] > '~') {  // char may be signed or not: both bounds hold
      return false;
    }
  }
  return true;
}

bool is_path(std::string_view text) {
  return text.starts_with('/') && text.size() <= max_path_size &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || is_one_of(c, "/._~-"); });
}

/// RFC 3986, 3.4. Links get one on the way, from those who count clicks; nothing here reads it.
bool is_query(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alnum(c) || is_one_of(c, "-._~!$&'()*+,;=:@/?%"); });
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= max_host_size &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || is_one_of(c, ".-_:[]"); });
}

Method method_named(std::string_view name) {
  if (name == "GET") return Method::get;
  if (name == "HEAD") return Method::head;
  if (name == "PUT") return Method::put;
  if (name == "POST") return Method::post;
  if (name == "PATCH") return Method::patch;
  if (name == "DELETE") return Method::remove;
  if (name == "OPTIONS") return Method::preflight;
  return Method::other;
}

std::optional<HeadFault> read_request_line(std::string_view line, Head& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return HeadFault::request_line;
  const auto method = line.substr(0, first);
  auto target = line.substr(first + 1, last - first - 1);
  if (!is_token(method) || target.find(' ') != std::string_view::npos) return HeadFault::request_line;
  if (line.substr(last + 1) != "HTTP/1.1") return HeadFault::version;

  head.method = method_named(method);
  const auto query = std::min(target.find('?'), target.size());
  if (!is_query(target.substr(query))) return HeadFault::target;
  target = target.substr(0, query);
  if (!is_path(target)) return HeadFault::target;
  head.path = target;
  return std::nullopt;
}

std::optional<std::uint64_t> read_length(std::string_view text) {
  if (text.empty() || text.size() > max_length_digits || !std::all_of(text.begin(), text.end(), is_digit) ||
      (text.size() > 1 && text[0] == '0'))
    return std::nullopt;
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// A boolean of RFC 9651 without parameters.
std::optional<bool> read_boolean(std::string_view text) {
  if (text == "?0") return false;
  if (text == "?1") return true;
  return std::nullopt;
}

bool has_word(std::string_view list, std::string_view word) {
  while (true) {
    const auto end = std::min(list.find(','), list.size());
    if (lower(trimmed(list.substr(0, end))) == word) return true;
    if (end == list.size()) return false;
    list.remove_prefix(end + 1);
  }
}

/// The fields that mean something here; each at most once.
class Fields {
 public:
  explicit Fields(Head& head) : head_(head) {}

  std::optional<HeadFault> read(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return HeadFault::field;
    const std::string name = lower(line.substr(0, colon));
    const auto value = trimmed(line.substr(colon + 1));

    if (name == "transfer-encoding") return HeadFault::transfer_encoding;
    if (name == "host") {
      if (!once(host_) || !is_host(value)) return HeadFault::host;
    } else if (name == "content-length") {
      if (!once(length_)) return HeadFault::duplicate;
      head_.content_length = read_length(value);
      if (!head_.content_length) return HeadFault::content_length;
    } else if (name == "content-type") {
      if (!once(type_)) return HeadFault::duplicate;
      head_.content_type = lower(value);
      head_.boundary = form_boundary(value);
    } else if (name == "sandyk-week") {
      if (!once(week_)) return HeadFault::duplicate;
      head_.week = std::string(value);
    } else if (name == "sandyk-puzzle") {
      if (!once(puzzle_)) return HeadFault::duplicate;
      head_.puzzle = std::string(value);
    } else if (name == "sandyk-report") {
      if (!once(report_)) return HeadFault::duplicate;
      head_.report = std::string(value);
    } else if (name == "origin") {
      if (!once(origin_)) return HeadFault::duplicate;
      head_.origin = std::string(value);
    } else if (name == "sec-fetch-site") {
      if (!once(fetch_site_)) return HeadFault::duplicate;
      head_.is_cross_site = lower(value) != "same-origin";
    } else if (name.starts_with("upload-")) {
      return read_upload(name, value);
    } else if (name == "connection") {
      if (!once(connection_)) return HeadFault::duplicate;
      head_.wants_close = has_word(value, "close");
    } else if (name == "expect") {
      if (!once(expect_)) return HeadFault::duplicate;
      if (lower(value) != "100-continue") return HeadFault::expectation;
      head_.expects_continue = true;
    } else if (name == "content-encoding") {
      head_.has_encoding = true;
    }
    return std::nullopt;
  }

  bool has_host() const { return host_; }

 private:
  /// Upload-Draft-Interop-Version and whatever else begins like this says nothing here.
  std::optional<HeadFault> read_upload(std::string_view name, std::string_view value) {
    if (name == "upload-offset") return take(head_.upload_offset, read_length(value));
    if (name == "upload-length") return take(head_.upload_length, read_length(value));
    if (name == "upload-complete") return take(head_.upload_complete, read_boolean(value));
    return std::nullopt;
  }

  template <class Value>
  static std::optional<HeadFault> take(std::optional<Value>& out, std::optional<Value> value) {
    if (out) return HeadFault::duplicate;
    if (!value) return HeadFault::upload;
    out = value;
    return std::nullopt;
  }

  static bool once(bool& seen) { return !std::exchange(seen, true); }

  Head& head_;
  bool host_ = false, length_ = false, type_ = false, week_ = false, puzzle_ = false, report_ = false,
       connection_ = false, expect_ = false, origin_ = false, fetch_site_ = false;
};

/// `lines` is the head without its last two line ends.
tl::expected<Head, HeadFault> read_lines(std::string_view lines) {
  Head head{};
  auto end = std::min(lines.find(line_end), lines.size());
  if (const auto fault = read_request_line(lines.substr(0, end), head)) return tl::unexpected(*fault);

  Fields fields(head);
  for (std::size_t count = 0; end != lines.size(); ++count) {
    if (count == max_fields) return tl::unexpected(HeadFault::too_many_fields);
    lines.remove_prefix(end + line_end.size());
    end = std::min(lines.find(line_end), lines.size());
    if (const auto fault = fields.read(lines.substr(0, end))) return tl::unexpected(*fault);
  }
  if (!fields.has_host()) return tl::unexpected(HeadFault::host);
  return head;
}

}  // namespace

tl::expected<std::optional<ParsedHead>, HeadFault> parse_head(std::string_view bytes) {
  const auto within = bytes.substr(0, max_head_size);
  const auto end = within.find(head_end);
  // With the empty line: a CR before it would else pass for half of a pair.
  const auto seen = end == std::string_view::npos ? within : within.substr(0, end + head_end.size());
  if (!is_clean(seen)) return tl::unexpected(HeadFault::bytes);
  if (end == std::string_view::npos) {
    if (bytes.size() >= max_head_size) return tl::unexpected(HeadFault::too_long);
    return std::nullopt;
  }
  auto head = read_lines(within.substr(0, end));
  if (!head) return tl::unexpected(head.error());
  return ParsedHead{std::move(*head), end + head_end.size()};
}

}  // namespace sandyk::intake
