// thread.json: what is accepted is written so that it reads back equal.
#include "report/thread.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const auto thread = report::parse_thread({data, size});
  if (!thread) return 0;
  const auto written = report::write_thread(*thread);
  const auto again = report::parse_thread(written);
  if (!again || report::write_thread(*again) != written) std::abort();
  if (again->thread != thread->thread || !same(again->reply_key, thread->reply_key)) std::abort();
  return 0;
}
