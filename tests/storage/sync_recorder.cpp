#include "tests/storage/sync_recorder.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <optional>

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
  look_before();
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
extern "C" int unlink(const char* path) noexcept {
  look_before();
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
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

}  // namespace sandyk::testing
