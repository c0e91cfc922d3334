// Files: descriptors that close themselves, reading with a limit, and writing that is there after a power
// cut.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "crypto/seal/bytes.h"

namespace sandyk::crypto {

enum class IoFault { not_found, exists, no_access, read_only, disk_full, too_large, failed };

/// The fault that errno names.
IoFault io_fault(int error);
/// One sentence for people.
std::string_view sentence(IoFault fault);

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_ = -1;
};

/// A descriptor to read `path` from.
[[nodiscard]] tl::expected<Fd, IoFault> open_for_reading(const std::filesystem::path& path);

/// The whole file, if it is no larger than `max_size`.
[[nodiscard]] tl::expected<Bytes, IoFault> read_file(const std::filesystem::path& path, std::size_t max_size);

/// Writes all of `bytes` at the descriptor's position.
[[nodiscard]] tl::expected<void, IoFault> write_all(int fd, ByteView bytes);

/// Makes the names in a directory durable: rename(2) is atomic, not durable.
[[nodiscard]] tl::expected<void, IoFault> sync_directory(const std::filesystem::path& directory);

/// Creates `directory` with mode 0700, unless it is there, and makes its name durable in its parent.
[[nodiscard]] tl::expected<void, IoFault> make_directory(const std::filesystem::path& directory);

/// A file that appears under its name only when it is whole and synced. Until `commit` it stands beside
/// it under a temporary name, which goes away with this object.
class NewFile {
 public:
  enum class Replace { no, yes };

  [[nodiscard]] static tl::expected<NewFile, IoFault> create(std::filesystem::path path, mode_t mode = 0600);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  [[nodiscard]] tl::expected<void, IoFault> write(ByteView bytes);
  /// Syncs, renames, syncs the directory. With Replace::no an existing file is a fault and stays.
  [[nodiscard]] tl::expected<void, IoFault> commit(Replace replace = Replace::yes);

 private:
  NewFile(std::filesystem::path path, std::filesystem::path temporary, Fd fd);
  std::filesystem::path path_, temporary_;
  Fd fd_;
};

/// Writes a whole file through NewFile.
[[nodiscard]] tl::expected<void, IoFault> write_file(const std::filesystem::path& path, ByteView bytes,
                                                     mode_t mode = 0600,
                                                     NewFile::Replace replace = NewFile::Replace::yes);

/// Writes random bytes over all of the open file, in its place, and syncs it.
[[nodiscard]] tl::expected<void, IoFault> overwrite_with_noise(int fd);

/// Overwrites a file with random bytes, syncs it, and removes its name, even when overwriting fails. Copies
/// elsewhere, and blocks that flash memory or a journal keeps, are not reached. The directory is the caller's
/// to sync.
[[nodiscard]] tl::expected<void, IoFault> shred(const std::filesystem::path& path);

}  // namespace sandyk::crypto
