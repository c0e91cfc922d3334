// Loaded into a real program by LD_PRELOAD: counts what a report costs and no clock can say, its syncs,
// allocations and copied bytes, in a file that the test maps as well (SANDYK_COUNTS). SANDYK_COUNT_SYNC_MS
// makes each sync last so long, so that those who wait for one pile up on any machine.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

/// The order is that of counted_test.py.
struct Counts {
  std::atomic<std::uint64_t> syncs, allocations, allocated, copies, copied;
};

constexpr std::size_t large = 1024;  // smaller copies are of words and pointers, not of reports

Counts* counts = nullptr;  // not yet, or loaded by mistake: nothing is counted
timespec sync_time{};
using Move = void* (*)(void*, const void*, std::size_t);
Move real_move = nullptr;

[[gnu::constructor]] void begin() {
  real_move = reinterpret_cast<Move>(::dlsym(RTLD_NEXT, "memmove"));
  const char* const path = std::getenv("SANDYK_COUNTS");
  if (path == nullptr) return;
  if (const char* const wait = std::getenv("SANDYK_COUNT_SYNC_MS"))
    sync_time.tv_nsec = std::strtol(wait, nullptr, 10) * 1'000'000;
  const int fd = ::open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) std::abort();
  void* const mapped = ::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED) std::abort();
  counts = static_cast<Counts*>(mapped);
}

void add(std::atomic<std::uint64_t>& count, std::uint64_t more) {
  count.fetch_add(more, std::memory_order_relaxed);
}

void count_allocation(std::size_t size) {
  if (counts == nullptr) return;
  add(counts->allocations, 1);
  add(counts->allocated, size);
}

int sync(long call, int fd) {
  if (counts != nullptr) add(counts->syncs, 1);
  if (sync_time.tv_nsec != 0) ::nanosleep(&sync_time, nullptr);
  return static_cast<int>(::syscall(call, fd));
}

void* move(void* to, const void* from, std::size_t size) {
  if (counts != nullptr && size >= large) {
    add(counts->copies, 1);
    add(counts->copied, size);
  }
  if (real_move != nullptr) return real_move(to, from, size);
  auto* const out =
      static_cast<volatile unsigned char*>(to);  // the loader's own time: forwards only, as memcpy
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<const unsigned char*>(from)[i];
  return to;
}

}  // namespace

// glibc's own, under the names it keeps for programs that replace the usual ones.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
  count_allocation(size);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  count_allocation(count * size);
  return __libc_calloc(count, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  count_allocation(size);
  return __libc_memalign(alignment, size);
}

int fsync(int fd) {
  return sync(SYS_fsync, fd);
}
int fdatasync(int fd) {
  return sync(SYS_fdatasync, fd);
}

void* memcpy(void* to, const void* from, std::size_t size) noexcept {
  return move(to, from, size);
}
void* memmove(void* to, const void* from, std::size_t size) noexcept {
  return move(to, from, size);
}
void* __memcpy_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  if (size > room) std::abort();
  return move(to, from, size);
}
void* __memmove_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  if (size > room) std::abort();
  return move(to, from, size);
}
}  // extern "C"
