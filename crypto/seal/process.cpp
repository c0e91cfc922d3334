#include "crypto/seal/process.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace sandyk::crypto {
namespace {

// 1.0.22 is the first with X-Wing; a machine's 1.0.18 could slip in where the link line is wrong.
bool is_new_enough(std::string_view version) {
  unsigned part[3] = {0, 0, 0};
  const char* at = version.data();
  const char* end = at + version.size();
  for (unsigned& p : part) {
    auto [next, fault] = std::from_chars(at, end, p);
    if (fault != std::errc()) return false;
    at = next == end ? end : next + 1;
  }
  if (part[0] != 1) return part[0] > 1;
  if (part[1] != 0) return part[1] > 0;
  return part[2] >= 22;
}

}  // namespace

void start_process() {
#ifndef SANDYK_SANITIZED
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
#endif
  if (sodium_init() < 0) throw std::runtime_error("libsodium could not start");
  if (!is_new_enough(sodium_version_string()))
    throw std::runtime_error("libsodium is older than 1.0.22; this program was linked wrongly");
}

bool can_lock_memory() {
  rlimit limit{};
  return getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
         (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= 1U << 20);
}

}  // namespace sandyk::crypto
