#include "storage/log_reader.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/file.h"
#include "storage/folder.h"
#include "storage/log_pending.h"

namespace sandyk::storage {
namespace {

using Fault = LogReadFault;

tl::unexpected<LogReadError> no(Fault fault, std::string path) {
  return tl::unexpected(LogReadError{fault, std::move(path)});
}

Fault fault_of(crypto::CheckpointFault fault) {
  switch (fault) {
    case crypto::CheckpointFault::malformed:
      return Fault::not_a_checkpoint;
    case crypto::CheckpointFault::other_log:
      return Fault::other_log;
    case crypto::CheckpointFault::not_signed:
      return Fault::not_signed;
    case crypto::CheckpointFault::wrong:
      return Fault::wrong;
  }
  std::abort();
}

/// A bundle's or tile's bytes, and whether they are those of the full one that has replaced it.
struct Fetched {
  crypto::Bytes bytes;
  bool is_full;
};

tl::expected<Fetched, LogReadError> get(const LogFetch& fetch, TilePath path) {
  auto bytes = fetch(path.text());
  const std::string asked = path.text();
  if (!bytes && bytes.error() == Fault::not_found && !path.is_full()) {
    path.width = tile_width;
    if (auto full = fetch(path.text())) bytes = std::move(full);
  }
  if (!bytes) return no(bytes.error(), asked);
  if (bytes->size() > (path.level ? max_tile_size : max_bundle_size)) return no(Fault::too_large, asked);
  return Fetched{std::move(*bytes), path.is_full()};
}

/// Compares what was fetched with what the entries give.
tl::expected<void, LogReadError> check_tile(const LogFetch& fetch, const Tile& tile) {
  auto fetched = get(fetch, tile.path);
  if (!fetched) return tl::unexpected(fetched.error());
  if (fetched->is_full && !tile.path.is_full() && fetched->bytes.size() == max_tile_size)
    fetched->bytes.resize(tile.bytes.size());
  if (fetched->bytes != tile.bytes) return no(Fault::wrong_tile, tile.path.text());
  return {};
}

tl::expected<void, LogReadError> read_bundle(const LogFetch& fetch, const TilePath& path,
                                             std::vector<std::string>& entries) {
  const auto fetched = get(fetch, path);
  if (!fetched) return tl::unexpected(fetched.error());
  crypto::Reader reader(fetched->bytes);
  for (unsigned i = 0; i < path.width; ++i) {
    const auto entry = take_from_bundle(reader);
    if (!entry) return no(Fault::wrong_bundle, path.text());
    entries.emplace_back(*entry);
  }
  if (!reader.done() && (path.is_full() || !fetched->is_full)) return no(Fault::wrong_bundle, path.text());
  return {};
}

}  // namespace

LogFetch fetch_from(std::filesystem::path folder) {
  return [folder = std::move(folder)](const std::string& path) -> tl::expected<crypto::Bytes, Fault> {
    const auto file = folder / path;
    if (!is_file(file)) return tl::unexpected(Fault::not_found);
    auto bytes = crypto::read_file(file, std::max(max_bundle_size, crypto::max_note_size));
    if (bytes) return std::move(*bytes);
    return tl::unexpected(bytes.error() == crypto::IoFault::too_large ? Fault::too_large : Fault::unreadable);
  };
}

tl::expected<VerifiedLog, LogReadError> read_log(const LogFetch& fetch, std::string_view origin,
                                                 const crypto::NoteKey& key) {
  const std::string path(checkpoint_path);
  const auto bytes = fetch(path);
  if (!bytes) return no(bytes.error(), path);
  std::string note(crypto::text_of(*bytes));
  const auto checkpoint = crypto::verify_checkpoint(note, origin, key);
  if (!checkpoint) return no(fault_of(checkpoint.error()), path);
  return read_log_at(fetch, std::move(note), *checkpoint);
}

tl::expected<VerifiedLog, LogReadError> read_log_at(const LogFetch& fetch, std::string note,
                                                    const crypto::Checkpoint& checkpoint) {
  if (checkpoint.size > max_log_entries_read) return no(Fault::too_large, std::string(checkpoint_path));
  VerifiedLog log{std::move(note), checkpoint, {}, {}};
  std::uint64_t bytes = 0;
  while (log.entries.size() < checkpoint.size) {
    const std::uint64_t done = log.entries.size();
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(tile_width, checkpoint.size - done));
    const TilePath path{std::nullopt, done / tile_width, width};
    if (auto read = read_bundle(fetch, path, log.entries); !read) return tl::unexpected(read.error());
    std::vector<Tile> full;
    for (std::size_t i = done; i < log.entries.size(); ++i) {
      bytes += log.entries[i].size();
      log.tiles.add(log.entries[i], full);
    }
    if (bytes > max_log_bytes_read) return no(Fault::too_large, path.text());
    for (const Tile& tile : full) {
      if (!tile.path.level) continue;  // the entries came from it
      if (auto good = check_tile(fetch, tile); !good) return tl::unexpected(good.error());
    }
  }
  for (const Tile& tile : log.tiles.partial()) {
    if (!tile.path.level) continue;
    if (auto good = check_tile(fetch, tile); !good) return tl::unexpected(good.error());
  }
  if (log.tiles.root() != checkpoint.root) return no(Fault::wrong_root, std::string(checkpoint_path));
  return log;
}

bool is_consistent(const std::vector<std::string>& entries, const crypto::Checkpoint& older) {
  return older.size <= entries.size() && root_at(entries, older.size) == older.root;
}

tl::expected<std::vector<std::string>, LogReadError> read_pending(const std::filesystem::path& folder,
                                                                  const std::vector<std::string>& published) {
  const std::string name = pending_name(published.size());
  const auto files = read_pending_files(folder);
  if (!files) return no(Fault::unreadable, name);
  if (files->empty()) return std::vector<std::string>{};
  auto pending = pending_after(*files, published);
  if (!pending) return no(Fault::wrong_bundle, name);
  return std::move(*pending);
}

std::string sentence(const LogReadError& error) {
  const auto of_checkpoint = [](crypto::CheckpointFault fault) {
    return "The checkpoint " + std::string(crypto::sentence(fault)) + ".";
  };
  switch (error.fault) {
    case Fault::not_found:
      return "The log's file " + error.path + " is missing.";
    case Fault::unreadable:
      return "The log's file " + error.path + " cannot be read.";
    case Fault::too_large:
      return "The log's file " + error.path + " is larger than it may be, or says that the log is.";
    case Fault::not_a_checkpoint:
      return of_checkpoint(crypto::CheckpointFault::malformed);
    case Fault::other_log:
      return of_checkpoint(crypto::CheckpointFault::other_log);
    case Fault::not_signed:
      return of_checkpoint(crypto::CheckpointFault::not_signed);
    case Fault::wrong:
      return of_checkpoint(crypto::CheckpointFault::wrong);
    case Fault::wrong_bundle:
      return "The log's file " + error.path + " does not hold the entries that it must.";
    case Fault::wrong_tile:
      return "The log's file " + error.path + " holds other hashes than the entries give.";
    case Fault::wrong_root:
      return "The log's entries do not give the root that its checkpoint was signed with.";
  }
  std::abort();
}

}  // namespace sandyk::storage
