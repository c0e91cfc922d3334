// case.json: what is read and written again says the same, and never asks for more work than an honest one.
#include "desk/case_lock.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const auto lock = desk::CaseLock::parse({data, size});
  if (!lock) return 0;
  if (lock->cost().passes > 64 || lock->cost().memory_kib > 4 * 1024 * 1024) std::abort();
  const std::string written = lock->write();
  const auto again = desk::CaseLock::parse(crypto::bytes_of(written));
  if (!again || again->write() != written) std::abort();
  return 0;
}
