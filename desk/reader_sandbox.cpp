#include "desk/reader_sandbox.h"

#ifndef SANDYK_SANITIZED

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

#include "crypto/seal/file.h"

namespace sandyk::desk {
namespace {

constexpr rlim_t most_memory = rlim_t{768} << 20;  // a report of 32 MiB several times over

struct Release {
  void operator()(scmp_filter_ctx filter) const noexcept { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

bool add(const Filter& filter, std::uint32_t action, const char* name,
         std::initializer_list<scmp_arg_cmp> conditions) {
  const int call = ::seccomp_syscall_resolve_name(name);
  if (call < 0) return true;  // not of this architecture
  return ::seccomp_rule_add_array(filter.get(), action, call, static_cast<unsigned>(conditions.size()),
                                  conditions.begin()) == 0;
}

scmp_arg_cmp argument(unsigned which, std::uint64_t value) {
  return {which, SCMP_CMP_EQ, value, 0};
}

bool allow_talk(const Filter& filter, int talk) {
  const auto is_talk = argument(0, static_cast<std::uint64_t>(talk));
  return add(filter, SCMP_ACT_ALLOW, "read", {is_talk}) && add(filter, SCMP_ACT_ALLOW, "write", {is_talk});
}

// What the forking process does: wait for a file, fork as the C library does, let go of the file, ask who has
// ended. The forked one begins with the last four.
constexpr const char* forking_calls[] = {"recvmsg", "wait4", "clone",  "set_robust_list",
                                         "close",   "prctl", "seccomp"};

bool allow_forking(const Filter& filter, int control) {
  constexpr std::uint64_t as_fork = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
  return add(filter, SCMP_ACT_ALLOW, "recvmsg", {argument(0, static_cast<std::uint64_t>(control))}) &&
         add(filter, SCMP_ACT_ALLOW, "wait4", {}) &&
         add(filter, SCMP_ACT_ALLOW, "clone", {argument(0, as_fork)}) &&
         add(filter, SCMP_ACT_ALLOW, "set_robust_list", {}) && add(filter, SCMP_ACT_ALLOW, "close", {}) &&
         add(filter, SCMP_ACT_ALLOW, "prctl", {argument(0, PR_SET_PDEATHSIG), argument(1, SIGKILL)}) &&
         add(filter, SCMP_ACT_ALLOW, "seccomp", {argument(0, SECCOMP_SET_MODE_FILTER)});
}

/// Nothing becomes a program that was not one before.
bool allow_memory(const Filter& filter) {
  for (const char* call : {"mmap", "mprotect"})
    if (!add(filter, SCMP_ACT_ALLOW, call, {{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}})) return false;
  for (const char* call : {"munmap", "mremap", "madvise", "brk", "mlock", "mlock2", "munlock", "sysinfo"})
    if (!add(filter, SCMP_ACT_ALLOW, call, {})) return false;
  return true;
}

bool allow_rest(const Filter& filter) {
  for (const char* call : {"exit", "exit_group", "futex", "sched_yield", "getrandom", "clock_gettime",
                           "gettimeofday", "time", "getpid", "gettid", "rt_sigreturn", "restart_syscall"})
    if (!add(filter, SCMP_ACT_ALLOW, call, {})) return false;
  // The C library looks for tables of characters and time zones when a library asks: it is told that there
  // are none.
  for (const char* call : {"open", "openat", "access", "faccessat", "faccessat2", "readlink", "stat", "lstat",
                           "newfstatat", "statx"})
    if (!add(filter, SCMP_ACT_ERRNO(EACCES), call, {})) return false;
  return true;
}

bool limit(__rlimit_resource what, rlim_t most) {
  const rlimit both{most, most};
  return ::setrlimit(what, &both) == 0;
}

/// The filter of the talks as the kernel takes it. Made once: each forked process has a copy.
std::vector<sock_filter>& talk_filter() {
  static std::vector<sock_filter> filter;
  return filter;
}

bool make_talk_filter() {
  const Filter filter(::seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return false;
  for (const char* call : forking_calls)
    if (!add(filter, SCMP_ACT_KILL_PROCESS, call, {})) return false;
  const crypto::Fd file(::memfd_create("filter", MFD_CLOEXEC));
  if (!file.is_open() || ::seccomp_export_bpf(filter.get(), file.get()) != 0) return false;
  const auto size = ::lseek(file.get(), 0, SEEK_END);
  if (size <= 0) return false;
  talk_filter().resize(static_cast<std::size_t>(size) / sizeof(sock_filter));
  return ::pread(file.get(), talk_filter().data(), static_cast<std::size_t>(size), 0) == size;
}

}  // namespace

bool enter_reader_sandbox(int control, int talk) {
  if (::seccomp_api_get() < 3 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (!make_talk_filter()) return false;
  if (!limit(RLIMIT_AS, most_memory) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_CORE, 0)) return false;
  const Filter filter(::seccomp_init(SCMP_ACT_KILL_PROCESS));
  return filter && ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
         allow_talk(filter, talk) && allow_forking(filter, control) && allow_memory(filter) &&
         allow_rest(filter) && ::seccomp_load(filter.get()) == 0;
}

bool enter_talk_sandbox() {
  // Goes with the process that forked it: the desk ends that one when a talk takes too long.
  auto& filter = talk_filter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && !filter.empty() &&
         ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

}  // namespace sandyk::desk

#else

namespace sandyk::desk {

bool enter_reader_sandbox(int, int) {
  return true;
}
bool enter_talk_sandbox() {
  return true;
}

}  // namespace sandyk::desk

#endif
