#include "crypto/seal/process.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

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

#ifndef SANDYK_SANITIZED
/// The dynamic linker looks a library's function up at its first call, and saves the vector registers on the
/// stack meanwhile: with AVX-512 that is plaintext or key that was just in them, where nobody wipes it. So
/// the program begins once more with everything looked up at the start. Where that cannot be done it goes on
/// as it is.
void bind_functions_at_start() {
  constexpr const char* word = "LD_BIND_NOW";
  if (std::getenv(word) != nullptr) return;
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::error_code fault;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", fault).string();
  if (all.empty() || all.back() != 0 || fault) return;
  std::vector<char*> arguments;
  for (std::size_t at = 0; at < all.size(); at = all.find('\0', at) + 1) arguments.push_back(all.data() + at);
  arguments.push_back(nullptr);
  if (::setenv(word, "1", 1) != 0) return;
  ::execv(program.c_str(), arguments.data());
}
#endif

}  // namespace

void start_process() {
#ifndef SANDYK_SANITIZED
  bind_functions_at_start();
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
