// An order of two people, and the desk's policy: written again they are what they were.
#include <cstdlib>

#include "desk/casework/desk_policy.h"
#include "desk/casework/order.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  if (const auto order = desk::parse_order({data, size})) {
    const std::string written = desk::write_order(*order);
    const auto again = desk::parse_order(crypto::bytes_of(written));
    if (!again || desk::write_order(*again) != written ||
        again->approvable().text != order->approvable().text)
      std::abort();
  }
  if (const auto policy = desk::parse_desk_policy({data, size})) {
    const std::string written = desk::write_desk_policy(*policy);
    const auto again = desk::parse_desk_policy(crypto::bytes_of(written));
    if (!again || desk::write_desk_policy(*again) != written) std::abort();
  }
  return 0;
}
