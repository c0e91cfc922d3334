#include "storage/padding.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "storage/noise.h"

namespace sandyk::storage {

using crypto::IoFault;

std::uint64_t size_while_open(std::uint64_t bytes, std::uint64_t step) {
  return step == 0 ? bytes : std::max(step, (bytes + step - 1) / step * step);
}

std::uint64_t size_at_close(std::uint64_t bytes, std::uint64_t step) {
  return step == 0 ? bytes : std::max(step, std::bit_ceil(bytes));
}

tl::expected<void, IoFault> append_noise(const std::filesystem::path& file, std::uint64_t size,
                                         const MayGoOn& may_go_on) {
  const crypto::Fd fd(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open()) return tl::unexpected(crypto::io_fault(errno));
  const off_t end = ::lseek(fd.get(), 0, SEEK_END);
  if (end < 0) return tl::unexpected(crypto::io_fault(errno));
  Noise noise;
  for (auto at = static_cast<std::uint64_t>(end); at < size;) {
    if (!may_go_on()) return tl::unexpected(IoFault::failed);
    const auto piece = noise.next(size - at);
    if (auto done = crypto::write_all(fd.get(), piece); !done) return done;
    at += piece.size();
  }
  if (::fsync(fd.get()) != 0) return tl::unexpected(crypto::io_fault(errno));
  return {};
}

bool has_room(const std::filesystem::path& folder, std::uint64_t bytes, std::uint64_t reserve) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return false;
  const std::uint64_t free_bytes = disk.f_bavail * disk.f_frsize;
  return free_bytes >= reserve && free_bytes - reserve >= bytes;
}

}  // namespace sandyk::storage
