#include "storage/log_pending.h"

#include <algorithm>
#include <charconv>

#include "storage/folder.h"
#include "storage/log_entry.h"
#include "storage/tiles.h"

namespace sandyk::storage {
namespace {

constexpr std::string_view head = "pending-";

bool is_text(std::uint8_t c) {
  return c == '\n' || (c >= ' ' && c <= '~');
}

/// A length, the beginning of an entry, and zeros where the disk had made room: no more can be of an append
/// that was cut off. A length that was changed in the middle of the file would have more entries behind it.
bool is_torn(crypto::ByteView left) {
  const auto text = left.subspan(std::min<std::size_t>(2, left.size()));
  const auto end = std::find_if_not(text.begin(), text.end(), is_text);
  return std::all_of(end, text.end(), [](std::uint8_t c) { return c == 0; });
}

}  // namespace

std::string pending_name(std::uint64_t first) {
  return std::string(head) + std::to_string(first);
}

std::optional<std::uint64_t> parse_pending_name(std::string_view name) {
  if (!name.starts_with(head)) return std::nullopt;
  std::uint64_t first = 0;
  const auto digits = name.substr(head.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), first);
  if (pending_name(first) != name) return std::nullopt;
  return first;
}

std::optional<std::vector<std::string>> parse_pending(crypto::ByteView bytes) {
  std::vector<std::string> entries;
  crypto::Reader reader(bytes);
  while (!reader.done()) {
    const auto left = reader.left();
    const auto entry = take_from_bundle(reader);
    if (!entry || entry->empty()) return is_torn(left) ? std::optional(entries) : std::nullopt;
    if (!LogEntry::parse(*entry)) {
      // The last one may have got its length and its place, but not all its bytes.
      return reader.done() && is_torn(left) && left.back() == 0 ? std::optional(entries) : std::nullopt;
    }
    entries.emplace_back(*entry);
  }
  return entries;
}

tl::expected<PendingFiles, crypto::IoFault> read_pending_files(const std::filesystem::path& folder) {
  PendingFiles files;
  for (const std::string& name : names_in(folder)) {
    const auto first = parse_pending_name(name);
    if (!first) continue;
    const auto bytes = crypto::read_file(folder / name, max_pending_size);
    if (!bytes) return tl::unexpected(bytes.error());
    files.emplace(*first, parse_pending(*bytes));
  }
  return files;
}

std::optional<std::vector<std::string>> pending_after(const PendingFiles& files,
                                                      const std::vector<std::string>& published) {
  std::optional<std::vector<std::string>> pending;
  const std::uint64_t size = published.size();
  for (const auto& file : files) {
    const std::uint64_t first = file.first;
    if (!file.second || first > size) return std::nullopt;
    const auto& entries = *file.second;
    const auto begin = published.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = std::min<std::uint64_t>(entries.size(), size - first);
    const auto end = entries.begin() + static_cast<std::ptrdiff_t>(count);
    if (!std::equal(entries.begin(), end, begin)) return std::nullopt;
    if (count < size - first) continue;  // of an older checkpoint
    if (!pending) pending.emplace();
    const auto common =
        std::min(pending->size(), static_cast<std::size_t>(std::distance(end, entries.end())));
    if (!std::equal(end, end + static_cast<std::ptrdiff_t>(common), pending->begin())) return std::nullopt;
    pending->insert(pending->end(), end + static_cast<std::ptrdiff_t>(common), entries.end());
  }
  return pending;
}

}  // namespace sandyk::storage
