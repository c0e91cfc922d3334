#include "tests/power/recorded_calls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace {

using sandyk::testing::DiskModel;
using sandyk::testing::Recording;

struct Session {
  DiskModel disk;
  std::mt19937_64 random;
  std::uint64_t mean_gap;
  Recording::OnCut on_cut;
  std::uint64_t calls = 0, next_cut = 0;

  void plan_cut() {
    next_cut = calls + std::uniform_int_distribution<std::uint64_t>(1, 2 * mean_gap)(random);
  }
};

std::atomic<bool> is_on = false;
std::mutex mutex;  // guards the session; held while a recorded call runs, so that the order is the true one
std::unique_ptr<Session> session;
thread_local bool is_inside = false;

/// One call while it is recorded; false when nothing records it.
class Call {
 public:
  Call() {
    if (!is_on || is_inside) return;
    lock_ = std::unique_lock(mutex);
    if (session) is_inside = is_recorded_ = true;
  }
  ~Call() {
    if (is_recorded_) is_inside = false;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  explicit operator bool() const { return is_recorded_; }
  DiskModel& disk() { return session->disk; }
  bool covers(const char* path) { return is_recorded_ && session->disk.covers(path); }

  /// A moment at which the power may fail. Syncs and names are rare beside writes, and there is more to go
  /// wrong.
  void moment(std::uint64_t weight = 25) {
    if (!is_recorded_) return;
    session->calls += weight;
    if (session->calls < session->next_cut) return;
    session->on_cut(session->disk, session->random);
    session->plan_cut();
  }

 private:
  std::unique_lock<std::mutex> lock_;
  bool is_recorded_ = false;
};

/// 0 for what is neither file nor folder.
ino_t inode_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !(S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) return 0;
  return info.st_ino;
}

bool is_there(const char* path) {
  struct stat info {};
  return ::lstat(path, &info) == 0;
}

int open_file(const char* path, int flags, mode_t mode) {
  Call call;
  const bool is_ours = call.covers(path) && (flags & O_TMPFILE) != O_TMPFILE;
  const bool is_new = is_ours && (flags & O_CREAT) != 0 && !is_there(path);
  const int fd = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
  if (fd < 0 || !is_ours) return fd;
  if (is_new) call.disk().made(path, inode_of(fd), false);
  if (!is_new && (flags & O_TRUNC) != 0) call.disk().resized(inode_of(fd), 0);
  if (is_new) call.moment();
  return fd;
}

ssize_t record_write(Call& call, int fd, const void* bytes, ssize_t done, off64_t at) {
  if (!call || done <= 0) return done;
  call.disk().written(
      inode_of(fd), static_cast<std::uint64_t>(at),
      sandyk::crypto::ByteView(static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(done)));
  call.moment(1);
  return done;
}

/// Nothing is asked of the machine's own disk, whose power stays on.
int sync_file(int fd) {
  Call call;
  call.moment();  // the power may fail while it runs: then nothing of it counts
  if (call) call.disk().synced(inode_of(fd));
  call.moment();
  return 0;
}

int rename_file(const char* from, const char* to, unsigned flags) {
  Call call;
  const int done = static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags));
  if (done != 0 || !call.covers(to)) return done;
  call.disk().renamed(from, to);
  call.moment();
  return done;
}

int remove_name(const char* path, int flags) {
  Call call;
  const int done = static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, flags));
  if (done != 0 || !call.covers(path)) return done;
  call.disk().removed(path);
  call.moment();
  return done;
}

mode_t mode_after(int flags, va_list rest) {
  const bool has_mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return has_mode ? static_cast<mode_t>(va_arg(rest, int)) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_after(flags, rest);
  va_end(rest);
  return open_file(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_after(flags, rest);
  va_end(rest);
  return open_file(path, flags, mode);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  Call call;
  const off64_t at = call ? ::lseek64(fd, 0, SEEK_CUR) : 0;
  return record_write(call, fd, bytes, ::syscall(SYS_write, fd, bytes, size), at);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  Call call;
  return record_write(call, fd, bytes, ::syscall(SYS_pwrite64, fd, bytes, size, at), at);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return pwrite64(fd, bytes, size, at);
}

int ftruncate64(int fd, off64_t size) noexcept {
  Call call;
  const int done = static_cast<int>(::syscall(SYS_ftruncate, fd, size));
  if (!call || done != 0) return done;
  call.disk().resized(inode_of(fd), static_cast<std::uint64_t>(size));
  call.moment();
  return done;
}
int ftruncate(int fd, off_t size) noexcept {
  return ftruncate64(fd, size);
}

int fsync(int fd) {
  return sync_file(fd);
}
int fdatasync(int fd) {
  return sync_file(fd);
}

int rename(const char* from, const char* to) noexcept {
  return rename_file(from, to, 0);
}
int renameat2(int, const char* from, int, const char* to, unsigned flags) noexcept {
  return rename_file(from, to, flags);  // our paths are absolute here
}

int unlink(const char* path) noexcept {
  return remove_name(path, 0);
}
int rmdir(const char* path) noexcept {
  return remove_name(path, AT_REMOVEDIR);
}

int mkdir(const char* path, mode_t mode) noexcept {
  Call call;
  const int done = static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode));
  struct stat info {};
  if (done != 0 || !call.covers(path) || ::stat(path, &info) != 0) return done;
  call.disk().made(path, info.st_ino, true);
  call.moment();
  return done;
}

}  // extern "C"

namespace sandyk::testing {

Recording::Recording(const std::filesystem::path& root, std::uint64_t seed, std::uint64_t mean_gap,
                     OnCut on_cut) {
  const std::lock_guard lock(mutex);
  if (session) throw std::logic_error("only one recording at a time");
  session.reset(new Session{DiskModel(root), std::mt19937_64(seed), mean_gap, std::move(on_cut)});
  session->plan_cut();
  is_on = true;
}

Recording::~Recording() {
  const std::lock_guard lock(mutex);
  is_on = false;
  session.reset();
}

}  // namespace sandyk::testing
