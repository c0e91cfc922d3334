#include "storage/log_pending.h"

#include <algorithm>
#include <charconv>

#include "storage/folder.h"
#include "storage/log_entry.h"
#include "storage/tiles.h"

namespace sandyk::storage {
namespace {

constexpr std::string_view head = "pending-";

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
    const auto entry = take_from_bundle(reader);
    if (!entry || !LogEntry::parse(*entry)) return std::nullopt;
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
    // The files come in the order of their numbers: the newest that reaches so far is the one that counts.
    if (count == size - first) pending.emplace(end, entries.end());
  }
  return pending;
}

}  // namespace sandyk::storage
