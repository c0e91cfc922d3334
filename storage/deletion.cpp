#include "storage/deletion.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

using crypto::IoFault;

tl::expected<void, IoFault> remove_if_there(const std::filesystem::path& file) {
  if (::unlink(file.c_str()) == 0 || errno == ENOENT) return {};
  return tl::unexpected(crypto::io_fault(errno));
}

/// Both copies before anything else: from then on nobody opens the database, whatever becomes of it.
tl::expected<void, IoFault> remove_keys(const std::filesystem::path& folder) {
  for (const auto name : {layout::key, layout::key_copy})
    if (auto done = crypto::shred(folder / name); !done && done.error() != IoFault::not_found) return done;
  return crypto::sync_directory(folder);
}

/// The database and what SQLite or we put beside it; epoch.json and the mark stay, so that the folder still
/// says what it is.
tl::expected<void, IoFault> remove_database(const std::filesystem::path& folder) {
  for (const std::string& name : names_in(folder))
    if (name.starts_with(layout::database))
      if (auto done = remove_if_there(folder / name); !done) return done;
  return crypto::sync_directory(folder);
}

tl::expected<void, IoFault> remove_folder(const std::filesystem::path& folder) {
  for (const std::string& name : names_in(folder))
    if (auto done = remove_if_there(folder / name); !done) return done;
  if (::rmdir(folder.c_str()) != 0) return tl::unexpected(crypto::io_fault(errno));
  return crypto::sync_directory(folder.parent_path());
}

tl::expected<void, IoFault> remove_epoch(const std::filesystem::path& folder) {
  if (!is_folder(folder)) return {};
  if (auto done = remove_keys(folder); !done) return done;
  if (auto done = remove_database(folder); !done) return done;
  return remove_folder(folder);
}

}  // namespace

tl::expected<void, IoFault> delete_epoch(const std::filesystem::path& vault, const Tombstone& tombstone) {
  const auto tombstones = vault / layout::tombstones;
  if (auto made = crypto::make_directory(tombstones); !made) return made;
  const std::string id = tombstone.epoch.hex();
  if (auto done =
          crypto::write_file(tombstones / (id + ".json"), crypto::bytes_of(write_tombstone(tombstone)));
      !done)
    return done;
  return remove_epoch(vault / layout::epochs / id);
}

std::vector<std::string> finish_deletions(const std::filesystem::path& vault) {
  std::vector<std::string> said;
  for (const Tombstone& tombstone : read_tombstones(vault)) {
    const std::string id = tombstone.epoch.hex();
    const auto folder = vault / layout::epochs / id;
    if (!is_folder(folder)) continue;
    const auto done = remove_epoch(folder);
    said.push_back(done ? fmt::format("The deletion of the epoch {} was finished.", id)
                        : fmt::format("The epoch {} could not be deleted whole: {}. It is tried again.", id,
                                      crypto::sentence(done.error())));
  }
  return said;
}

}  // namespace sandyk::storage
