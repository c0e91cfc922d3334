// Loaded into a real program by LD_PRELOAD: lets chosen calls on the files below one folder fail, as a full
// or a dying disk does. tests/faults/README.md says how it is told what to do.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

enum class Call : std::uint64_t {
  write,
  pwrite,
  pwritev,
  fsync,
  fdatasync,
  rename,
  ftruncate,
  fallocate,
  open,
  mkdir,
  unlink,
  link,
  utimensat,
};
constexpr std::array<std::string_view, 13> names = {"write",  "pwrite",    "pwritev",   "fsync", "fdatasync",
                                                    "rename", "ftruncate", "fallocate", "open",  "mkdir",
                                                    "unlink", "link",      "utimensat"};

/// Lies in a file that the test maps as well, so that it is there however the program ends.
struct Counters {
  std::array<std::atomic<std::uint64_t>, names.size()> calls;
  std::atomic<std::uint64_t> injected;
};

struct Plan {
  std::string vault;                  ///< without a slash at the end
  std::size_t call = names.size();    ///< none: only count
  std::uint64_t first = 0, last = 0;  ///< counted from 1
  int error = 0;                      ///< 0: a short write
  Counters* counters = nullptr;
};

std::string_view next_word(std::string_view& text) {
  const auto end = std::min(text.find(':'), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::uint64_t number(std::string_view text) {
  return std::strtoull(std::string(text).c_str(), nullptr, 10);
}

Counters* map_counters(const char* path) {
  const long fd = ::syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) std::abort();
  void* const mapped =
      ::mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED, static_cast<int>(fd), 0);
  ::syscall(SYS_close, fd);
  if (mapped == MAP_FAILED) std::abort();
  return static_cast<Counters*>(mapped);
}

Plan read_plan() {
  Plan plan;
  const char* const vault = std::getenv("SANDYK_FAULT_VAULT");
  const char* const counters = std::getenv("SANDYK_FAULT_COUNTERS");
  if (vault == nullptr || counters == nullptr) std::abort();  // it was loaded by mistake
  plan.vault = vault;
  plan.counters = map_counters(counters);
  const char* const fault = std::getenv("SANDYK_FAULT");
  if (fault == nullptr) return plan;
  std::string_view text = fault;
  const auto name = next_word(text);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) plan.call = i;
  plan.first = number(next_word(text));
  const auto what = next_word(text);
  plan.error = what == "ENOSPC" ? ENOSPC : what == "EIO" ? EIO : 0;
  if (plan.call == names.size() || plan.first == 0 || (plan.error == 0 && what != "short")) std::abort();
  plan.last = text.empty() ? plan.first : plan.first + number(text) - 1;
  return plan;
}

const Plan& plan() {
  static const Plan the = read_plan();
  return the;
}

bool is_below(std::string_view path) {
  const std::string_view vault = plan().vault;
  return path.starts_with(vault) && (path.size() == vault.size() || path[vault.size()] == '/');
}

std::string path_of(int fd) {
  char name[64], path[4096];
  std::snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  const long length = ::syscall(SYS_readlinkat, AT_FDCWD, name, path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string();
}

bool is_ours(int fd) {
  return is_below(path_of(fd));
}

bool is_ours(int folder, const char* path) {
  if (*path == '/') return is_below(path);
  return folder != AT_FDCWD && is_below(path_of(folder) + "/" + path);  // our programs never name a bare file
}

/// Counts a call on one of our files. True when this is one that shall fail.
bool is_due(Call call) {
  const auto index = static_cast<std::size_t>(call);
  const std::uint64_t n = ++plan().counters->calls[index];
  if (index != plan().call || n < plan().first || n > plan().last) return false;
  ++plan().counters->injected;
  errno = plan().error;
  return true;
}

/// For calls that cannot be short.
bool must_fail(Call call) {
  return is_due(call) && plan().error != 0;
}

/// How much of `size` is written: nothing when the call shall fail.
bool may_write(Call call, int fd, std::size_t& size) {
  if (!is_ours(fd) || !is_due(call)) return true;
  if (plan().error != 0) return false;
  if (size > 1) size /= 2;
  return true;
}

int open_file(int folder, const char* path, int flags, mode_t mode) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0;
  if (writes && is_ours(folder, path) && must_fail(Call::open)) return -1;
  return static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
}

int rename_file(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  if (is_ours(to_folder, to) && must_fail(Call::rename)) return -1;
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int unlink_file(int folder, const char* path, int flags) {
  if (is_ours(folder, path) && must_fail(Call::unlink)) return -1;
  return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}

int set_times(int folder, const char* path, const timespec* times, int flags) {
  const bool ours = path == nullptr ? is_ours(folder) : is_ours(folder, path);
  if (ours && must_fail(Call::utimensat)) return -1;
  return static_cast<int>(::syscall(SYS_utimensat, folder, path, times, flags));
}

/// The mode that open's variable part holds when there is one.
mode_t mode_after(int flags, va_list rest) {
  const bool has_mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return has_mode ? static_cast<mode_t>(va_arg(rest, int)) : 0;
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  return may_write(Call::write, fd, size) ? ::syscall(SYS_write, fd, bytes, size) : -1;
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return may_write(Call::pwrite, fd, size) ? ::syscall(SYS_pwrite64, fd, bytes, size, at) : -1;
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return pwrite64(fd, bytes, size, at);
}

ssize_t pwritev(int fd, const iovec* parts, int count, off_t at) {
  std::size_t whole = static_cast<std::size_t>(count);
  if (!may_write(Call::pwritev, fd, whole)) return -1;
  return ::syscall(SYS_pwritev, fd, parts, whole, at, 0);
}

int fsync(int fd) {
  return is_ours(fd) && must_fail(Call::fsync) ? -1 : static_cast<int>(::syscall(SYS_fsync, fd));
}
int fdatasync(int fd) {
  return is_ours(fd) && must_fail(Call::fdatasync) ? -1 : static_cast<int>(::syscall(SYS_fdatasync, fd));
}

int ftruncate64(int fd, off64_t size) noexcept {
  return is_ours(fd) && must_fail(Call::ftruncate) ? -1
                                                   : static_cast<int>(::syscall(SYS_ftruncate, fd, size));
}
int ftruncate(int fd, off_t size) noexcept {
  return ftruncate64(fd, size);
}

int fallocate64(int fd, int mode, off64_t at, off64_t size) {
  return is_ours(fd) && must_fail(Call::fallocate)
             ? -1
             : static_cast<int>(::syscall(SYS_fallocate, fd, mode, at, size));
}
int fallocate(int fd, int mode, off_t at, off_t size) {
  return fallocate64(fd, mode, at, size);
}
int posix_fallocate64(int fd, off64_t at, off64_t size) {
  return fallocate64(fd, 0, at, size) == 0 ? 0 : errno;
}
int posix_fallocate(int fd, off_t at, off_t size) {
  return posix_fallocate64(fd, at, size);
}

int rename(const char* from, const char* to) noexcept {
  return rename_file(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return rename_file(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
  return rename_file(from_folder, from, to_folder, to, flags);
}

int unlink(const char* path) noexcept {
  return unlink_file(AT_FDCWD, path, 0);
}
int rmdir(const char* path) noexcept {
  return unlink_file(AT_FDCWD, path, AT_REMOVEDIR);
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  return unlink_file(folder, path, flags);
}

int mkdir(const char* path, mode_t mode) noexcept {
  if (is_ours(AT_FDCWD, path) && must_fail(Call::mkdir)) return -1;
  return static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  if (is_ours(to_folder, to) && must_fail(Call::link)) return -1;
  return static_cast<int>(::syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}
int link(const char* from, const char* to) noexcept {
  return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int utimensat(int folder, const char* path, const timespec* times, int flags) noexcept {
  return set_times(folder, path, times, flags);
}
int futimens(int fd, const timespec* times) noexcept {
  return set_times(fd, nullptr, times, 0);
}

int openat64(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_after(flags, rest);
  va_end(rest);
  return open_file(folder, path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_after(flags, rest);
  va_end(rest);
  return open_file(folder, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_after(flags, rest);
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}
int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_after(flags, rest);
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}

}  // extern "C"
