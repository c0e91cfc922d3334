#include "storage/log_entry.h"

#include <algorithm>

#include "crypto/seal/bytes.h"

namespace sandyk::storage {
namespace {

constexpr std::string_view head = "sandyk-log/1 ";
constexpr std::size_t max_word = 32;

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= max_word && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_value(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::optional<LogEntry> LogEntry::make(std::string type, Values values) {
  const auto found = values.find("date");
  const auto date = found == values.end() ? std::nullopt : crypto::Date::parse(found->second);
  if (!date || !is_word(type) || values.size() > max_log_entry_keys) return std::nullopt;
  std::size_t size = head.size() + type.size() + 1;
  for (const auto& entry : values) {
    if (!is_word(entry.first) || !is_value(entry.second) || entry.second.size() > max_log_entry)
      return std::nullopt;
    size += entry.first.size() + entry.second.size() + 2;
  }
  if (size > max_log_entry) return std::nullopt;
  return LogEntry(std::move(type), std::move(values), *date);
}

std::optional<LogEntry> LogEntry::parse(std::string_view text) {
  if (text.size() > max_log_entry) return std::nullopt;
  crypto::Reader lines(crypto::bytes_of(text));
  const auto first = lines.take_line();
  if (!first || !first->starts_with(head)) return std::nullopt;
  Values values;
  while (!lines.done()) {
    const auto line = lines.take_line();
    if (!line || values.size() == max_log_entry_keys) return std::nullopt;
    const auto space = line->find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const auto key = line->substr(0, space);
    if (!values.empty() && key <= values.rbegin()->first) return std::nullopt;
    values.emplace_hint(values.end(), key, line->substr(space + 1));
  }
  return make(std::string(first->substr(head.size())), std::move(values));
}

std::string LogEntry::text() const {
  std::string text = std::string(head) + type_ + "\n";
  for (const auto& entry : values_) text.append(entry.first).append(" ").append(entry.second).append("\n");
  return text;
}

std::optional<std::string_view> LogEntry::value(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sandyk::storage
