#include "storage/vault_lock.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "storage/layout.h"

namespace sandyk::storage {
namespace {

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

tl::expected<std::optional<VaultLock>, crypto::IoFault> VaultLock::take(const std::filesystem::path& vault) {
  crypto::Fd fd(::open((vault / layout::lock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.is_open()) return tl::unexpected(crypto::io_fault(errno));
  auto lock = whole_file();
  if (::fcntl(fd.get(), F_SETLK, &lock) == 0) return VaultLock(std::move(fd));
  if (errno == EACCES || errno == EAGAIN) return std::nullopt;
  return tl::unexpected(crypto::io_fault(errno));
}

std::optional<pid_t> lock_holder(const std::filesystem::path& vault) {
  const crypto::Fd fd(::open((vault / layout::lock).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  auto lock = whole_file();
  if (!fd.is_open() || ::fcntl(fd.get(), F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_pid;
}

}  // namespace sandyk::storage
