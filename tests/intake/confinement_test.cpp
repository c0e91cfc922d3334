// What a confined process can still do, and what ends it. Each case is a process of its own.
#include "intake/confinement.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <thread>

#include "crypto/seal/file.h"
#include "tests/intake/site.h"

namespace sandyk::intake {
namespace {

#ifndef SANDYK_SANITIZED

using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;
using Act = std::function<bool()>;

constexpr int is_true = 0, is_false = 1, not_confined = 2;

/// A folder with a vault in it, and beside the vault something that is none of its business.
class Confined : public ::testing::Test {
 protected:
  void SetUp() override { lay_out(); }

  /// As it is at first; some cases take things away.
  void lay_out() const {
    std::filesystem::remove_all(vault());
    std::filesystem::create_directories(vault() / "inbox");
    std::filesystem::create_directories(vault() / "keyring");
    std::filesystem::create_directories(run());
    for (const auto& file : {outside(), vault() / "inside", run() / "socket"})
      ASSERT_TRUE(crypto::write_file(file, crypto::bytes_of("content")));
    std::filesystem::create_symlink(outside(), vault() / "leads-out");
  }

  std::filesystem::path vault() const { return folder_.path() / "vault"; }
  std::filesystem::path run() const { return folder_.path() / "run"; }
  std::filesystem::path outside() const { return folder_.path() / "outside"; }

  /// The statement of EXPECT_EXIT: ends with `is_true` when `act`, confined, is true.
  void confined(const Act& act) const {
    if (!confine({vault(), run() / "socket"})) ::_exit(not_confined);
    ::_exit(act() ? is_true : is_false);
  }

  TempFolder folder_;
};

bool has_landlock() {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 2;
}

bool can_open(const std::filesystem::path& path, int flags) {
  return crypto::Fd(::open(path.c_str(), flags | O_CLOEXEC, 0600)).is_open();
}

bool is_refused(long result, int error) {
  return result == -1 && errno == error;
}

sockaddr_in loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(9);
  return address;
}

TEST_F(Confined, EndsTheProcessAtACallThatItDoesNotList) {
  struct Forbidden {
    const char* name;
    std::function<long()> call;
  };
  const crypto::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in there = loopback();
  const auto* const address = reinterpret_cast<const sockaddr*>(&there);
  const std::string file = (vault() / "inside").string();
  const std::vector<Forbidden> forbidden = {
      {"execve", [] { return ::execl("/bin/true", "true", nullptr); }},
      {"fork", [] { return ::fork(); }},
      {"clone with a namespace",
       [] { return ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr); }},
      {"unshare", [] { return ::unshare(CLONE_NEWUSER); }},
      {"socket", [] { return ::socket(AF_INET, SOCK_STREAM, 0); }},
      {"UNIX socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }},
      {"bind", [&] { return ::bind(socket.get(), address, sizeof there); }},
      {"connect", [&] { return ::connect(socket.get(), address, sizeof there); }},
      {"listen", [&] { return ::listen(socket.get(), 1); }},
      {"ptrace", [] { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr); }},
      {"process_vm_readv",
       [] { return ::syscall(SYS_process_vm_readv, ::getppid(), nullptr, 0, nullptr, 0, 0); }},
      {"kill of another", [] { return ::kill(::getppid(), 0); }},
      {"tgkill of another", [] { return ::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0); }},
      {"prlimit of another", [] { return ::prlimit(::getppid(), RLIMIT_CORE, nullptr, nullptr); }},
      {"chmod", [&] { return ::chmod(file.c_str(), 0644); }},
      {"chown", [&] { return ::chown(file.c_str(), 0, 0); }},
      {"symlink", [&] { return ::symlink("/", (file + "-link").c_str()); }},
      {"mknod", [&] { return ::mknod((file + "-pipe").c_str(), S_IFIFO | 0600, 0); }},
      {"setuid", [] { return ::setuid(0); }},
      {"chroot", [&] { return ::chroot("/"); }},
      {"mount", [] { return ::syscall(SYS_mount, nullptr, "/", nullptr, 0, nullptr); }},
      {"bpf", [] { return ::syscall(SYS_bpf, 0, nullptr, 0); }},
      {"io_uring", [] { return ::syscall(SYS_io_uring_setup, 1, nullptr); }},
      {"keyctl", [] { return ::syscall(SYS_keyctl, 0, 0); }},
      {"memfd_create", [] { return ::memfd_create("program", 0); }},
      {"userfaultfd", [] { return ::syscall(SYS_userfaultfd, 0); }},
      {"perf_event_open", [] { return ::syscall(SYS_perf_event_open, nullptr, 0, 0, -1, 0); }},
      {"open_by_handle_at", [] { return ::syscall(SYS_open_by_handle_at, -1, nullptr, 0); }},
      {"seccomp", [] { return ::syscall(SYS_seccomp, 0, 0, nullptr); }},
  };
  for (const Forbidden& each : forbidden)
    EXPECT_EXIT(confined([&] { return each.call() == 0; }), KilledBySignal(SIGSYS), "") << each.name;
}

TEST_F(Confined, RefusesWhatLibrariesTryWithoutEndingThem) {
  EXPECT_EXIT(confined([] { return is_refused(::syscall(SYS_clone3, nullptr, 0), ENOSYS); }),
              ExitedWithCode(is_true), "");
  EXPECT_EXIT(confined([] { return is_refused(::ioctl(STDIN_FILENO, TIOCSTI, "x"), ENOTTY); }),
              ExitedWithCode(is_true), "");
  EXPECT_EXIT(confined([] { return is_refused(::prctl(PR_SET_DUMPABLE, 1), EPERM); }),
              ExitedWithCode(is_true), "");
}

TEST_F(Confined, MakesNoMemoryAProgram) {
  const auto map = [](int protection) {
    void* const page = ::mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page;
  };
  EXPECT_EXIT(confined([&] {
                void* const page = map(PROT_READ | PROT_WRITE);
                return page != MAP_FAILED && map(PROT_READ | PROT_EXEC) == MAP_FAILED &&
                       is_refused(::mprotect(page, 4096, PROT_READ | PROT_EXEC), EPERM) &&
                       ::mprotect(page, 4096, PROT_READ) == 0;
              }),
              ExitedWithCode(is_true), "");
}

TEST_F(Confined, HoldsForThreadsOfBeforeAndAfter) {
  EXPECT_EXIT(
      {
        std::atomic<bool> is_confined = false;
        std::thread before([&] {
          is_confined.wait(false);
          ::fork();
        });
        confined([&] {
          is_confined = true;
          is_confined.notify_all();
          before.join();
          return true;
        });
      },
      KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(confined([] {
                std::thread([] { ::fork(); }).join();
                return true;
              }),
              KilledBySignal(SIGSYS), "");
}

TEST_F(Confined, ReachesNoFileOutsideOfTheVault) {
  if (!has_landlock()) GTEST_SKIP() << "This kernel has no Landlock.";
  ASSERT_TRUE(can_open(outside(), O_RDONLY) && can_open(vault() / "leads-out", O_RDONLY));
  const std::string file = (vault() / "inside").string();
  const std::vector<Act> tries = {
      [&] { return can_open(outside(), O_RDONLY); },
      [&] { return can_open(outside(), O_WRONLY); },
      [&] { return can_open(outside().string() + "-new", O_WRONLY | O_CREAT); },
      [&] { return can_open(vault() / "leads-out", O_RDONLY); },
      [&] { return can_open(vault() / ".." / "outside", O_RDONLY); },
      [&] { return can_open("/etc/passwd", O_RDONLY); },
      [&] { return can_open("/proc/self/mem", O_RDWR); },
      [&] { return can_open("/proc/self/environ", O_RDONLY); },
      [&] { return can_open("/dev/urandom", O_WRONLY); },
      [&] { return can_open(folder_.path(), O_RDONLY | O_DIRECTORY); },
      [&] { return ::rename(file.c_str(), (folder_.path() / "taken").c_str()) == 0; },
      [&] { return ::link(file.c_str(), (folder_.path() / "taken").c_str()) == 0; },
      [&] { return ::link(outside().c_str(), (vault() / "taken").c_str()) == 0; },
      [&] { return ::unlink(outside().c_str()) == 0; },
      [&] { return ::mkdir((folder_.path() / "new").c_str(), 0700) == 0; },
      [&] { return can_open(run() / "socket", O_RDONLY); },
      [&] { return can_open(run() / "new", O_WRONLY | O_CREAT); },
  };
  for (std::size_t i = 0; i < tries.size(); ++i)
    EXPECT_EXIT(confined(tries[i]), ExitedWithCode(is_false), "") << i;
}

TEST_F(Confined, LeavesTheWorkOfAServerAlone) {
  const std::string file = (vault() / "inside").string();
  const std::vector<Act> work = {
      [&] { return crypto::write_file(vault() / "inbox" / "new", crypto::bytes_of("x")).has_value(); },
      [&] { return crypto::read_file(file, 100).has_value(); },
      [&] { return ::rename(file.c_str(), (vault() / "keyring" / "moved").c_str()) == 0; },
      [&] { return ::unlink(file.c_str()) == 0; },
      [&] { return crypto::make_directory(vault() / "epochs").has_value(); },
      [&] { return std::filesystem::remove_all(vault() / "inbox") > 0; },
      [&] { return can_open(file, O_RDWR | O_TRUNC); },
      [&] { return can_open(vault(), O_TMPFILE | O_EXCL | O_RDWR); },
      [&] {
        struct statvfs disk {};
        return ::statvfs(vault().c_str(), &disk) == 0;
      },
      [&] { return ::utimensat(AT_FDCWD, file.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) == 0; },
      [&] { return can_open("/dev/urandom", O_RDONLY); },
      [&] { return ::unlink((run() / "socket").c_str()) == 0; },
      [&] {
        bool has_run = false;
        std::thread([&] { has_run = true; }).join();
        return has_run;
      },
      [&] {
        std::vector<int> numbers(1 << 16, 1);
        numbers.back() = 0;
        std::qsort(numbers.data(), numbers.size(), sizeof(int), [](const void* a, const void* b) {
          return *static_cast<const int*>(a) - *static_cast<const int*>(b);
        });
        return numbers.front() == 0;
      },
      [&] {
        try {
          throw std::runtime_error("caught");
        } catch (const std::runtime_error&) {
          return true;
        }
      },
  };
  for (std::size_t i = 0; i < work.size(); ++i) {
    lay_out();
    EXPECT_EXIT(confined(work[i]), ExitedWithCode(is_true), "") << i;
  }
}

TEST_F(Confined, SaysWhatHolds) {
  EXPECT_EXIT(
      {
        const auto done = confine({vault(), {}});
        if (done) std::fprintf(stderr, "%s\n", done->text().c_str());
        ::_exit(done ? is_true : not_confined);
      },
      ExitedWithCode(is_true),
      has_landlock() ? "Confined: no new privileges, seccomp, Landlock ABI [0-9]+\\." : "no Landlock, which");
}

TEST_F(Confined, NeedsAVaultThatIsThere) {
  if (!has_landlock()) GTEST_SKIP() << "This kernel has no Landlock.";
  EXPECT_EXIT(
      ::_exit(confine({vault() / "none", {}}) == tl::unexpected(ConfineFault::no_vault) ? is_true : is_false),
      ExitedWithCode(is_true), "");
}

#else

TEST(Confined, SaysThatASanitizerIsNotConfined) {
  const auto done = confine({"/nowhere", {}});
  ASSERT_TRUE(done);
  EXPECT_THAT(done->text(), ::testing::HasSubstr("Not confined"));
}

#endif

}  // namespace
}  // namespace sandyk::intake
