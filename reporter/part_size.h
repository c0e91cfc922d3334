// How large the next part of a report should be, on a line that may cut it off.
#pragma once

#include <cstdint>

namespace sandyk::reporter {

class PartSize {
 public:
  static constexpr std::uint64_t least = 16 * 1024;
  static constexpr std::uint64_t most = 256 * 1024;

  std::uint64_t bytes() const { return bytes_; }
  /// Parts above this are not taken by the server.
  void limit_to(std::uint64_t most_taken);
  /// After some in a row it tries twice as much, and after each vain try not so soon.
  void arrived();
  /// Halves, down to the least. False when it was that already.
  bool was_cut();

 private:
  std::uint64_t bytes_ = most, limit_ = most;
  unsigned in_a_row_ = 0, needed_ = 16;
};

}  // namespace sandyk::reporter
