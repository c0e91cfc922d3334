// The file `pending-<N>`: what was logged since the last checkpoint, as bundles have it. N is the index of
// its first entry.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/file.h"

namespace sandyk::storage {

inline constexpr std::size_t max_pending_size = 64 * 1024 * 1024;

std::string pending_name(std::uint64_t first);
/// The N of such a name; nothing for another.
std::optional<std::uint64_t> parse_pending_name(std::string_view name);

/// The entries of such a file; nothing when there is anything else in it.
std::optional<std::vector<std::string>> parse_pending(crypto::ByteView bytes);

/// Every pending file of the folder, by its N; an empty optional for one that is not such a file.
using PendingFiles = std::map<std::uint64_t, std::optional<std::vector<std::string>>>;
[[nodiscard]] tl::expected<PendingFiles, crypto::IoFault> read_pending_files(
    const std::filesystem::path& folder);

/// What these files say from index `published.size()` on. A file that begins earlier, left by a crash between
/// a checkpoint and what follows it, must agree with `published`; of those that go on from there the newest
/// counts. Nothing when they do not agree, when there is a gap, or when no file reaches that index.
std::optional<std::vector<std::string>> pending_after(const PendingFiles& files,
                                                      const std::vector<std::string>& published);

}  // namespace sandyk::storage
