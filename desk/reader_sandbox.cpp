#include "desk/reader_sandbox.h"

#ifndef SANDYK_SANITIZED

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <memory>

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

bool allow_channel(const Filter& filter, int channel) {
  const scmp_arg_cmp is_channel{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(channel), 0};
  return add(filter, SCMP_ACT_ALLOW, "read", {is_channel}) &&
         add(filter, SCMP_ACT_ALLOW, "write", {is_channel});
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

}  // namespace

bool enter_reader_sandbox(int channel) {
  if (::seccomp_api_get() < 3 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (!limit(RLIMIT_AS, most_memory) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_CORE, 0)) return false;
  const Filter filter(::seccomp_init(SCMP_ACT_KILL_PROCESS));
  return filter && ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
         allow_channel(filter, channel) && allow_memory(filter) && allow_rest(filter) &&
         ::seccomp_load(filter.get()) == 0;
}

}  // namespace sandyk::desk

#else

namespace sandyk::desk {

bool enter_reader_sandbox(int) {
  return true;
}

}  // namespace sandyk::desk

#endif
