#include "intake/system_calls.h"

#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <memory>

namespace sandyk::intake {
namespace {

struct Release {
  void operator()(scmp_filter_ctx filter) const noexcept { ::seccomp_release(filter); }
};

/// Collects rules; a call whose name this machine does not have is passed over.
class Filter {
 public:
  Filter() : filter_(::seccomp_init(SCMP_ACT_KILL_PROCESS)) {
    // A call by the numbers of another architecture (x32, i386) is no way around.
    is_good_ = filter_ &&
               ::seccomp_attr_set(filter_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
               ::seccomp_attr_set(filter_.get(), SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  }

  void allow(std::initializer_list<const char*> calls) {
    for (const char* call : calls) add(SCMP_ACT_ALLOW, call, {});
  }
  /// Only when the argument compares so.
  void allow_if(const char* call, scmp_arg_cmp condition) { add(SCMP_ACT_ALLOW, call, {condition}); }
  /// The call is not made, and whoever asked learns `error`.
  void refuse(const char* call, int error) {
    add(SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)), call, {});
  }
  void refuse_if(const char* call, int error, scmp_arg_cmp condition) {
    add(SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)), call, {condition});
  }

  bool load() { return is_good_ && ::seccomp_load(filter_.get()) == 0; }
  bool is_good() const { return is_good_; }

 private:
  void add(std::uint32_t action, const char* name, std::initializer_list<scmp_arg_cmp> conditions) {
    const int call = ::seccomp_syscall_resolve_name(name);
    if (!is_good_ || call < 0) return;  // negative: not of this architecture
    is_good_ = ::seccomp_rule_add_array(filter_.get(), action, call, static_cast<unsigned>(conditions.size()),
                                        conditions.begin()) == 0;
  }

  std::unique_ptr<void, Release> filter_;
  bool is_good_ = false;
};

scmp_arg_cmp argument(unsigned index, scmp_compare compare, std::uint64_t a, std::uint64_t b = 0) {
  return {index, compare, a, b};
}

void allow_files(Filter& filter) {
  filter.allow({"open",      "openat",    "close",     "read",    "readv", "pread64", "preadv",
                "write",     "writev",    "pwrite64",  "pwritev", "lseek", "fsync",   "fdatasync",
                "ftruncate", "fallocate", "fadvise64", "fcntl",   "flock", "umask"});
  filter.allow({"stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat",
                "faccessat2", "readlink", "readlinkat", "getcwd", "getdents64"});
  filter.allow({"mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link",
                "linkat"});
  // Times on the disk are no finer than a day. Landlock does not look at these two; they open nothing.
  filter.allow({"utimensat", "fchmod"});
  filter.refuse("fchown", EPERM);  // SQLite, run by root, gives its log the owner of the database: the same
  filter.refuse("ioctl", ENOTTY);  // the C library asks whether its output is a terminal
}

/// Nothing becomes a program that was not one when the filter began.
void allow_memory(Filter& filter) {
  for (const char* call : {"mmap", "mprotect"}) {
    filter.allow_if(call, argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    filter.refuse_if(call, EPERM, argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
  }
  filter.allow({"sysinfo"});  // qsort of the C library asks how much memory the machine has
  filter.allow({"munmap", "mremap", "madvise", "brk", "mlock", "mlock2", "munlock"});
}

/// Each epoch starts a thread of its own; none becomes a process.
void allow_threads(Filter& filter) {
  constexpr std::uint64_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
  constexpr std::uint64_t new_namespace = CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                          CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  filter.allow_if("clone", argument(0, SCMP_CMP_MASKED_EQ, thread | new_namespace, thread));
  // Its flags lie in memory, where no filter sees them; the C library then takes clone.
  filter.refuse("clone3", ENOSYS);
  filter.allow({"futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "membarrier",
                "restart_syscall", "exit", "exit_group"});
  filter.allow({"getpid", "gettid", "getuid", "geteuid", "getgid", "getegid"});
}

void allow_signals(Filter& filter) {
  const auto own = static_cast<std::uint64_t>(::getpid());
  filter.allow({"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack"});
  filter.allow_if("kill", argument(0, SCMP_CMP_EQ, own));    // the front, when it fails, ends the server
  filter.allow_if("tgkill", argument(0, SCMP_CMP_EQ, own));  // abort()
}

void allow_time_and_chance(Filter& filter) {
  filter.allow(
      {"clock_gettime", "clock_getres", "gettimeofday", "time", "nanosleep", "clock_nanosleep", "getrandom"});
  // The front raises the soft limit of descriptors when it begins. Of this process, no other.
  filter.allow({"getrlimit", "setrlimit"});
  filter.allow_if("prlimit64", argument(0, SCMP_CMP_EQ, 0));
  filter.refuse("prctl", EPERM);  // newer C libraries give their memory names
}

/// Those there are and those that are accepted. No socket is made, and none asked whom it is connected to.
void allow_sockets(Filter& filter) {
  filter.allow({"accept4", "recvfrom", "recvmsg", "sendto", "sendmsg", "shutdown", "getsockname",
                "getsockopt", "setsockopt"});
  filter.allow({"epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2", "poll", "ppoll"});
}

}  // namespace

tl::expected<void, ConfineFault> filter_system_calls() {
  if (::seccomp_api_get() < 3) return tl::unexpected(ConfineFault::no_filter);  // no end of a whole process
  Filter filter;
  allow_files(filter);
  allow_memory(filter);
  allow_threads(filter);
  allow_signals(filter);
  allow_time_and_chance(filter);
  allow_sockets(filter);
  if (!filter.is_good()) return tl::unexpected(ConfineFault::failed);
  if (!filter.load()) return tl::unexpected(ConfineFault::no_filter);
  return {};
}

}  // namespace sandyk::intake
