#include "storage/tile_path.h"

#include <algorithm>
#include <charconv>

namespace sandyk::storage {
namespace {

constexpr std::string_view head = "tile/";
constexpr std::string_view entries = "entries";
constexpr std::string_view partial = ".p/";
constexpr unsigned max_level = 63;
constexpr std::size_t max_groups = 5;  // of three digits in an index

/// Three digits for each group, `x` before all but the last.
std::string index_text(std::uint64_t index) {
  const auto group = [](std::uint64_t n) { return std::to_string(n % 1000 + 1000).substr(1); };
  std::string text = group(index);
  while ((index /= 1000) > 0) text = std::string("x").append(group(index)).append("/").append(text);
  return text;
}

std::optional<unsigned> parse_number(std::string_view text, unsigned least, unsigned most) {
  unsigned value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value < least || value > most)
    return std::nullopt;
  return value;
}

/// Digits are looked at only so far as writing them again does not settle.
std::optional<std::uint64_t> parse_index(std::string_view text) {
  std::uint64_t index = 0;
  for (std::size_t groups = 1; groups <= max_groups; ++groups) {
    const bool is_last = !text.starts_with('x');
    if (!is_last) text.remove_prefix(1);
    const auto group = parse_number(text.substr(0, 3), 0, 999);
    if (!group) return std::nullopt;
    index = index * 1000 + *group;
    text.remove_prefix(std::min<std::size_t>(3, text.size()));
    if (is_last) return text.empty() ? std::optional(index) : std::nullopt;
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace

std::string TilePath::text() const {
  std::string path(head);
  path.append(level ? std::to_string(*level) : std::string(entries)).append("/").append(index_text(index));
  if (!is_full()) path.append(partial).append(std::to_string(width));
  return path;
}

std::optional<TilePath> TilePath::parse(std::string_view text) {
  if (!text.starts_with(head)) return std::nullopt;
  auto rest = text.substr(head.size());
  TilePath path{std::nullopt, 0, tile_width};
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  if (rest.substr(0, slash) != entries) {
    path.level = parse_number(rest.substr(0, slash), 0, max_level);
    if (!path.level) return std::nullopt;
  }
  rest.remove_prefix(slash + 1);
  if (const auto at = rest.find(partial); at != std::string_view::npos) {
    const auto width = parse_number(rest.substr(at + partial.size()), 1, tile_width - 1);
    if (!width) return std::nullopt;
    path.width = *width;
    rest = rest.substr(0, at);
  }
  const auto index = parse_index(rest);
  if (!index) return std::nullopt;
  path.index = *index;
  if (path.text() != text) return std::nullopt;  // leading zeros, a group too many
  return path;
}

}  // namespace sandyk::storage
