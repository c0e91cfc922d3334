// Reading a whole log and verifying it, from a folder or over a network: for auditors, and for the server
// when it starts. Needs the log's public key and nothing secret.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/checkpoint.h"
#include "storage/tiles.h"

namespace sandyk::storage {

/// What a hostile log may make us keep.
inline constexpr std::uint64_t max_log_entries_read = 4'000'000;
inline constexpr std::uint64_t max_log_bytes_read = std::uint64_t{1} << 30;

enum class LogReadFault {
  not_found,   ///< a file that must be there is not
  unreadable,  ///< the disk or the network failed
  too_large,
  not_a_checkpoint,
  other_log,     ///< a checkpoint of another origin
  not_signed,    ///< a checkpoint without a signature by the log's key
  wrong,         ///< a checkpoint changed after it was signed
  wrong_bundle,  ///< not as many entries as it must have, or more behind them
  wrong_tile,    ///< other hashes than the entries give
  wrong_root,    ///< the entries do not give the root that was signed
};

struct LogReadError {
  LogReadFault fault;
  std::string path;  ///< which file of the log
  bool operator==(const LogReadError&) const = default;
};
/// A whole sentence for people.
std::string sentence(const LogReadError& error);

/// Gets a file of the log by its path below the log's folder: `checkpoint`, `tile/entries/000`, ….
using LogFetch = std::function<tl::expected<crypto::Bytes, LogReadFault>(const std::string& path)>;
/// From `<folder>/<path>`; links are not followed.
LogFetch fetch_from(std::filesystem::path folder);

struct VerifiedLog {
  std::string note;  ///< the checkpoint as it was, with all its signatures
  crypto::Checkpoint checkpoint;
  std::vector<std::string> entries;  ///< in order; LogEntry::parse reads them
  Tiles tiles;                       ///< to go on from here
};

/// Reads checkpoint, entries and tiles, and compares every one with what the entries give: signature, root,
/// and each full and partial tile. A partial file that a full one has replaced meanwhile is taken from that.
[[nodiscard]] tl::expected<VerifiedLog, LogReadError> read_log(const LogFetch& fetch, std::string_view origin,
                                                               const crypto::NoteKey& key);

/// The same for a checkpoint that was verified before, of this or an older size.
[[nodiscard]] tl::expected<VerifiedLog, LogReadError> read_log_at(const LogFetch& fetch, std::string note,
                                                                  const crypto::Checkpoint& checkpoint);

/// True when the log of an older checkpoint is the beginning of these entries: nothing was changed or taken
/// away since.
bool is_consistent(const std::vector<std::string>& entries, const crypto::Checkpoint& older);

/// What was logged since the checkpoint and is not signed yet, from the pending files in the log's folder:
/// for an export, as they are not served. `published` are the entries of the checkpoint. Empty when there is
/// no such file. A file that disagrees with the checkpoint is a wrong_bundle.
[[nodiscard]] tl::expected<std::vector<std::string>, LogReadError> read_pending(
    const std::filesystem::path& folder, const std::vector<std::string>& published);

}  // namespace sandyk::storage
