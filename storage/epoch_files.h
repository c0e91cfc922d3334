// The small files of an epoch's folder: what it is, whether it is finished, and what a crash leaves behind.
#pragma once

#include <filesystem>
#include <optional>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"
#include "storage/epoch_reader.h"

namespace sandyk::storage {

/// What stands in closed.json or unclean.json: the hashes that an import receipt repeats.
struct Mark {
  crypto::Digest database;
  std::optional<crypto::Digest> key;  ///< of key.age, or of its copy where only that is left
  std::optional<crypto::Digest> log;  ///< of reports.db-wal: only where a crash left one
  bool is_compacted = false;          ///< rewritten in the order of ids, without filler
};

/// Makes an empty file of mode 0600; one that is there is a fault. SQLite would go by the umask.
[[nodiscard]] tl::expected<void, crypto::IoFault> make_empty_file(const std::filesystem::path& path);

/// Writes epoch.json, durably.
[[nodiscard]] tl::expected<void, crypto::IoFault> write_epoch_info(const std::filesystem::path& folder,
                                                                   const EpochInfo& info);

/// The hashes of the epoch's files as they are now. A fault when there is no database.
[[nodiscard]] tl::expected<Mark, crypto::IoFault> hash_epoch(const std::filesystem::path& folder);

/// Hashes the epoch's files and writes closed.json or unclean.json, durably. Nobody may write to the epoch
/// any more.
[[nodiscard]] tl::expected<void, crypto::IoFault> mark_closed(const std::filesystem::path& folder,
                                                              bool is_compacted);
[[nodiscard]] tl::expected<void, crypto::IoFault> mark_unclean(const std::filesystem::path& folder);

/// The mark of a finished epoch; nothing when there is none or it is not one.
std::optional<Mark> read_mark(const std::filesystem::path& folder);

/// False for an epoch that a crash cut off while it was made: both copies of the key are durable before there
/// is a reports.db, and no report is taken before there is one.
bool was_begun(const std::filesystem::path& folder);

/// Removes the folder of an epoch that was not. What is not a file of ours stays, and is a fault.
[[nodiscard]] tl::expected<void, crypto::IoFault> remove_half_made(const std::filesystem::path& folder);

/// Removes what a crash left half-written in an epoch that was begun: a compacted database that has not taken
/// its place, and files under temporary names.
void remove_leftovers(const std::filesystem::path& folder);

}  // namespace sandyk::storage
