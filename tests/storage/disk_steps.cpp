#include "tests/storage/disk_steps.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace {

thread_local std::function<void()> look;

void show() {
  if (!look) return;
  auto once = std::exchange(look, nullptr);
  once();
  look = std::move(once);
}

template <class... Arguments>
int step(long call, Arguments... arguments) {
  const auto result = static_cast<int>(::syscall(call, arguments...));
  show();
  return result;
}

}  // namespace

extern "C" int renameat2(int from_folder, const char* from, int to_folder, const char* to,
                         unsigned flags) noexcept {
  return step(SYS_renameat2, from_folder, from, to_folder, to, flags);
}
extern "C" int unlink(const char* name) noexcept {
  return step(SYS_unlink, name);
}
extern "C" int unlinkat(int folder, const char* name, int flags) noexcept {
  return step(SYS_unlinkat, folder, name, flags);
}
extern "C" int mkdir(const char* name, mode_t mode) noexcept {
  return step(SYS_mkdir, name, mode);
}

namespace sandyk::testing {

AtEachStep::AtEachStep(std::function<void()> looking) {
  look = std::move(looking);
}

AtEachStep::~AtEachStep() {
  look = nullptr;
}

}  // namespace sandyk::testing
