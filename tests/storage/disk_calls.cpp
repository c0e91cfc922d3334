#include "tests/storage/disk_calls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

namespace {

struct Recorder {
  std::mutex mutex;
  std::vector<std::string> paths;
  std::optional<std::string> failing;
  std::mutex looking;
  std::function<void()> look;
};

Recorder& recorder() {
  static Recorder the;
  return the;
}

/// What `look` itself does is no step.
void look_before() {
  thread_local bool is_looking = false;
  if (is_looking) return;
  const std::lock_guard lock(recorder().looking);
  if (!recorder().look) return;
  is_looking = true;
  recorder().look();
  is_looking = false;
}

thread_local std::function<void()> looking_after;

void look_after() {
  if (!looking_after) return;
  auto once = std::exchange(looking_after, nullptr);
  once();
  looking_after = std::move(once);
}

template <class... Arguments>
int change_names(long call, Arguments... arguments) {
  look_before();
  const auto result = static_cast<int>(::syscall(call, arguments...));
  look_after();
  return result;
}

int record(int fd, long call) {
  look_before();
  std::error_code fault;
  const std::string path =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), fault).string();
  {
    const std::lock_guard lock(recorder().mutex);
    recorder().paths.push_back(path);
    if (recorder().failing && path.ends_with(*recorder().failing)) {
      errno = EIO;
      return -1;
    }
  }
  return static_cast<int>(::syscall(call, fd));
}

}  // namespace

extern "C" int fsync(int fd) {
  return record(fd, SYS_fsync);
}
extern "C" int fdatasync(int fd) {
  return record(fd, SYS_fdatasync);
}

extern "C" int rename(const char* from, const char* to) noexcept {
  return change_names(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
extern "C" int renameat2(int from_folder, const char* from, int to_folder, const char* to,
                         unsigned flags) noexcept {
  return change_names(SYS_renameat2, from_folder, from, to_folder, to, flags);
}
extern "C" int unlink(const char* path) noexcept {
  return change_names(SYS_unlinkat, AT_FDCWD, path, 0);
}
extern "C" int unlinkat(int folder, const char* name, int flags) noexcept {
  return change_names(SYS_unlinkat, folder, name, flags);
}
extern "C" int mkdir(const char* name, mode_t mode) noexcept {
  return change_names(SYS_mkdirat, AT_FDCWD, name, mode);
}

namespace sandyk::testing {

std::vector<std::string> recorded_syncs() {
  const std::lock_guard lock(recorder().mutex);
  return recorder().paths;
}

void forget_syncs() {
  const std::lock_guard lock(recorder().mutex);
  recorder().paths.clear();
}

FailingSync::FailingSync(std::string ending) {
  const std::lock_guard lock(recorder().mutex);
  recorder().failing = std::move(ending);
}

FailingSync::~FailingSync() {
  const std::lock_guard lock(recorder().mutex);
  recorder().failing.reset();
}

BeforeEachStep::BeforeEachStep(std::function<void()> look) {
  const std::lock_guard lock(recorder().looking);
  recorder().look = std::move(look);
}

BeforeEachStep::~BeforeEachStep() {
  const std::lock_guard lock(recorder().looking);
  recorder().look = nullptr;
}

AfterEachNameChange::AfterEachNameChange(std::function<void()> look) {
  looking_after = std::move(look);
}

AfterEachNameChange::~AfterEachNameChange() {
  looking_after = nullptr;
}

}  // namespace sandyk::testing
