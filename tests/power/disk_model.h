// What a disk holds of the files below one folder while a program writes them, and what it could hold if the
// power failed now.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "crypto/seal/bytes.h"

namespace sandyk::testing {

/// A file: what its last sync put on the disk, and what came since.
struct FileState {
  struct Change {
    std::uint64_t at;     ///< where it begins; of a cut, the new length
    crypto::Bytes bytes;  ///< empty: the file is cut or lengthened to `at`
  };
  crypto::Bytes durable;
  std::vector<Change> pending;
};

/// A file or a folder. A folder's names are durable when the folder was synced, whatever its files were.
struct Node {
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  struct Change {
    std::string removed;  ///< goes
    std::string added;    ///< comes, with `node`; both at once in a rename
    std::shared_ptr<Node> node;
  };
  bool is_folder = false;
  FileState file;
  Names durable, now;
  std::vector<Change> pending;
};

/// How much of what was not synced a power cut leaves.
struct Cut {
  std::size_t sector;   ///< bytes that are written whole or not at all
  double keep_writes;   ///< the chance of each sector that was written since the file's last sync
  double keep_names;    ///< the same of each change of a name
  bool names_in_order;  ///< as on a disk with a journal: what comes after a lost change is lost as well

  static Cut any(std::mt19937_64& random);
};

/// Not thread-safe. Paths are below the root, which is there and durable.
class DiskModel {
 public:
  explicit DiskModel(const std::filesystem::path& root);

  void made(const std::filesystem::path& path, ino_t inode, bool is_folder);
  void written(ino_t inode, std::uint64_t at, crypto::ByteView bytes);
  void resized(ino_t inode, std::uint64_t size);
  void synced(ino_t inode);
  void renamed(const std::filesystem::path& from, const std::filesystem::path& to);
  void removed(const std::filesystem::path& path);

  bool covers(const std::filesystem::path& path) const;

  /// Writes the files as a power cut could leave them into the empty folder `target`.
  void rebuild(const std::filesystem::path& target, const Cut& cut, std::mt19937_64& random) const;

 private:
  Node* folder_of(const std::filesystem::path& path) const;
  Node* node_of(ino_t inode) const;
  void forget(const Node* node);

  std::filesystem::path root_path_;
  std::shared_ptr<Node> root_ = std::make_shared<Node>();
  std::map<ino_t, std::shared_ptr<Node>> by_inode_;
};

}  // namespace sandyk::testing
