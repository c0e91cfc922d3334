#include "intake/form.h"

#include <algorithm>
#include <map>

namespace sandyk::intake {
namespace {

constexpr std::string_view type_begin = "multipart/form-data; boundary=";
constexpr std::string_view line_end = "\r\n", part_head_end = "\r\n\r\n";
constexpr std::string_view name_begin = "content-disposition: form-data; name=\"";
constexpr std::size_t max_boundary = 70;  // RFC 2046, 5.1.1
constexpr std::size_t max_part_head = 1024;
constexpr std::size_t max_value = 200;
constexpr std::size_t max_parts = 8;

bool is_of_boundary(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '\'';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_like(std::string_view text, std::string_view begin) {
  return text.size() >= begin.size() &&
         std::equal(begin.begin(), begin.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

/// The name in a part's head; its other lines, and the name of a file, say nothing here.
std::optional<std::string_view> name_of_part(std::string_view head) {
  while (!head.empty()) {
    const auto end = std::min(head.find(line_end), head.size());
    auto line = head.substr(0, end);
    head.remove_prefix(std::min(end + line_end.size(), head.size()));
    if (!begins_like(line, name_begin)) continue;
    line.remove_prefix(name_begin.size());
    return line.substr(0, line.find('"'));
  }
  return std::nullopt;
}

std::string without_white_space(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
  return out;
}

using Values = std::map<std::string, std::string_view, std::less<>>;

/// Every part by its name; nothing unless the body is exactly such parts.
std::optional<Values> read_parts(std::string_view body, std::string_view boundary) {
  const std::string between = "\r\n--" + std::string(boundary);
  const std::string first = between.substr(line_end.size());
  if (!body.starts_with(first)) return std::nullopt;
  body.remove_prefix(first.size());
  Values values;
  while (body != "--\r\n" && body != "--") {
    const auto head_size = body.substr(0, max_part_head).find(part_head_end);
    if (!body.starts_with(line_end) || head_size == std::string_view::npos) return std::nullopt;
    const auto name =
        name_of_part(body.substr(line_end.size(), head_size - std::min(head_size, line_end.size())));
    body.remove_prefix(head_size + part_head_end.size());
    const auto end = body.find(between);
    if (!name || end == std::string_view::npos || values.size() == max_parts) return std::nullopt;
    if (!values.emplace(*name, body.substr(0, end)).second) return std::nullopt;
    body.remove_prefix(end + between.size());
  }
  return values;
}

std::string value_of(const Values& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() || found->second.size() > max_value ? std::string()
                                                                   : without_white_space(found->second);
}

}  // namespace

std::optional<std::string> form_boundary(std::string_view content_type) {
  if (!begins_like(content_type, type_begin)) return std::nullopt;
  content_type.remove_prefix(type_begin.size());
  if (content_type.empty() || content_type.size() > max_boundary ||
      !std::all_of(content_type.begin(), content_type.end(), is_of_boundary))
    return std::nullopt;
  return std::string(content_type);
}

std::optional<Form> parse_form(crypto::ByteView body, std::string_view boundary) {
  const auto values = read_parts(crypto::text_of(body), boundary);
  if (!values) return std::nullopt;
  const std::string year = value_of(*values, "year"), number = value_of(*values, "week");
  const auto week = crypto::Week::parse(year.empty() ? number : year + "-W" + number);
  const auto file = values->find("file");
  if (!week || file == values->end()) return std::nullopt;
  return Form{*week, value_of(*values, "puzzle"), crypto::bytes_of(file->second)};
}

}  // namespace sandyk::intake
