#include "reporter/upload_answer.h"

#include <algorithm>

#include "crypto/seal/ids.h"

namespace sandyk::reporter {
namespace {

constexpr std::string_view uploads = "/uploads/";
constexpr std::string_view part_limit = "max-append-size=";
constexpr std::size_t max_digits = 15;  // of an integer in a structured field

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<std::string> upload_path(std::string_view location) {
  if (!location.starts_with(uploads) || !crypto::UploadToken::parse(location.substr(uploads.size())))
    return std::nullopt;
  return std::string(location);
}

std::optional<std::uint64_t> upload_number(std::string_view text) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

std::optional<std::uint64_t> largest_part(std::string_view limits) {
  while (!limits.empty()) {
    const auto end = std::min(limits.find(','), limits.size());
    const auto limit = trimmed(limits.substr(0, end));
    if (limit.starts_with(part_limit)) {
      const auto value = upload_number(limit.substr(part_limit.size()));
      return value && *value > 0 ? value : std::nullopt;
    }
    limits.remove_prefix(std::min(end + 1, limits.size()));
  }
  return std::nullopt;
}

}  // namespace sandyk::reporter
