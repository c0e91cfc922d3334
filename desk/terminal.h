// The person in front of the machine: asked on the terminal itself, whatever standard input is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// Passes the bytes up to the first LF or the end to `take`, read one by one so that nothing lands in a
/// buffer of the C library; a CR before the LF goes. False on a fault and when there are more than `most`.
bool read_line(int fd, std::size_t most, const std::function<void(std::uint8_t)>& take);

class Terminal {
 public:
  /// `what` completes "There is no terminal to ask for …", `instead` says which option does without one.
  [[nodiscard]] static tl::expected<Terminal, Problem> open(std::string_view what, std::string_view instead);

  [[nodiscard]] tl::expected<void, Problem> say(std::string_view text) const;
  /// The line that is typed after `prompt`, at most 1024 bytes; empty when only Enter was pressed.
  [[nodiscard]] tl::expected<std::string, Problem> ask(std::string_view prompt) const;
  int fd() const { return fd_.get(); }

 private:
  explicit Terminal(crypto::Fd fd) : fd_(std::move(fd)) {}
  crypto::Fd fd_;
};

}  // namespace sandyk::desk
