// What calls leave behind on the stack and in registers.
#pragma once

#include <cstddef>

namespace sandyk::crypto {

/// Wipes so many bytes of the stack below the caller, and the registers that a call may change.
void wipe_traces(std::size_t depth);

class WipedStack {
 public:
  explicit WipedStack(std::size_t depth) : depth_(depth) {}
  WipedStack(const WipedStack&) = delete;
  WipedStack& operator=(const WipedStack&) = delete;
  ~WipedStack() { wipe_traces(depth_); }

 private:
  std::size_t depth_;
};

}  // namespace sandyk::crypto
