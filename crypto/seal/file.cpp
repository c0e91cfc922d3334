#include "crypto/seal/file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

tl::unexpected<IoFault> last_fault() {
  return tl::unexpected(io_fault(errno));
}

/// The folder a path stands in; `.` for a bare name.
std::filesystem::path folder_of(const std::filesystem::path& path) {
  const auto parent = path.parent_path();
  return parent.empty() ? std::filesystem::path(".") : parent;
}

}  // namespace

IoFault io_fault(int error) {
  switch (error) {
    case ENOENT:
      return IoFault::not_found;
    case EEXIST:
      return IoFault::exists;
    case EACCES:
    case EPERM:
      return IoFault::no_access;
    case EROFS:
      return IoFault::read_only;
    case ENOSPC:
    case EDQUOT:
      return IoFault::disk_full;
    case EFBIG:
      return IoFault::too_large;
    default:
      return IoFault::failed;
  }
}

std::string_view sentence(IoFault fault) {
  switch (fault) {
    case IoFault::not_found:
      return "it is not there";
    case IoFault::exists:
      return "it is there already";
    case IoFault::no_access:
      return "access is denied";
    case IoFault::read_only:
      return "the file system is read-only";
    case IoFault::disk_full:
      return "the disk is full";
    case IoFault::too_large:
      return "it is larger than such a file may be";
    case IoFault::failed:
      return "the system reported an input/output error";
  }
  std::abort();
}

Fd::~Fd() {
  close();
}

void Fd::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

tl::expected<Fd, IoFault> open_for_reading(const std::filesystem::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return last_fault();
  return fd;
}

tl::expected<Bytes, IoFault> read_file(const std::filesystem::path& path, std::size_t max_size) {
  const auto fd = open_for_reading(path);
  if (!fd) return tl::unexpected(fd.error());
  Bytes bytes;
  std::uint8_t buffer[16384];
  while (true) {
    const ssize_t n = ::read(fd->get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_fault();
    if (n == 0) return bytes;
    if (static_cast<std::size_t>(n) > max_size - bytes.size()) return tl::unexpected(IoFault::too_large);
    bytes.insert(bytes.end(), buffer, buffer + n);
  }
}

tl::expected<void, IoFault> write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_fault();
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

tl::expected<void, IoFault> sync_directory(const std::filesystem::path& directory) {
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open() || ::fsync(fd.get()) != 0) return last_fault();
  return {};
}

tl::expected<void, IoFault> make_directory(const std::filesystem::path& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return last_fault();
  return sync_directory(folder_of(directory));
}

NewFile::NewFile(std::filesystem::path path, std::filesystem::path temporary, Fd fd)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)), fd_(std::move(other.fd_)) {
  other.temporary_.clear();
}

NewFile::~NewFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

tl::expected<NewFile, IoFault> NewFile::create(std::filesystem::path path, mode_t mode) {
  std::uint8_t random[8];
  randombytes_buf(random, sizeof random);
  auto temporary = folder_of(path) / ("." + path.filename().string() + "." + to_hex(random) + ".part");
  Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd.is_open()) return last_fault();
  return NewFile(std::move(path), std::move(temporary), std::move(fd));
}

tl::expected<void, IoFault> NewFile::write(ByteView bytes) {
  return write_all(fd_.get(), bytes);
}

tl::expected<void, IoFault> NewFile::commit(Replace replace) {
  if (::fsync(fd_.get()) != 0) return last_fault();
  const unsigned flags = replace == Replace::no ? RENAME_NOREPLACE : 0U;
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), flags) != 0) return last_fault();
  temporary_.clear();
  fd_.close();
  return sync_directory(folder_of(path_));
}

tl::expected<void, IoFault> write_file(const std::filesystem::path& path, ByteView bytes, mode_t mode,
                                       NewFile::Replace replace) {
  auto file = NewFile::create(path, mode);
  if (!file) return tl::unexpected(file.error());
  if (auto done = file->write(bytes); !done) return done;
  return file->commit(replace);
}

tl::expected<void, IoFault> overwrite_with_noise(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || ::lseek(fd, 0, SEEK_SET) != 0) return last_fault();
  Bytes noise(64 * 1024);
  for (off_t left = status.st_size; left > 0; left -= static_cast<off_t>(noise.size())) {
    randombytes_buf(noise.data(), noise.size());
    const auto size = std::min(left, static_cast<off_t>(noise.size()));
    if (auto done = write_all(fd, ByteView(noise).first(static_cast<std::size_t>(size))); !done) return done;
  }
  if (::fsync(fd) != 0) return last_fault();
  return {};
}

tl::expected<void, IoFault> shred(const std::filesystem::path& path) {
  {
    const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd.is_open()) return last_fault();
    (void)overwrite_with_noise(fd.get());  // a name that is gone is worth more than none
  }
  if (::unlink(path.c_str()) != 0) return last_fault();
  return {};
}

}  // namespace sandyk::crypto
