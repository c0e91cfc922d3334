#include "tests/storage/sync_recorder.h"

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
};

Recorder& recorder() {
  static Recorder the;
  return the;
}

int record(int fd, long call) {
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

}  // namespace sandyk::testing
