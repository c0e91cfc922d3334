// The puzzle's solutions of late, so that one that was bought once is not used as if it were many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace sandyk::intake {

/// Remembers the last `capacity` solutions by a mark, 8 bytes of their SHA-256 proof. To push one out,
/// somebody has to work for that many others.
class SeenSolutions {
 public:
  explicit SeenSolutions(std::size_t capacity) : capacity_(capacity) {}

  /// How often it was seen before; and counts.
  std::uint32_t count(std::uint64_t mark) {
    const auto [found, is_new] = seen_.try_emplace(mark);
    if (is_new) {
      order_.push_back(mark);
      if (order_.size() > capacity_) {
        seen_.erase(order_.front());
        order_.pop_front();
      }
    }
    return found->second.times++;
  }

  void mark_wrong(std::uint64_t mark) {
    if (const auto found = seen_.find(mark); found != seen_.end()) found->second.is_wrong = true;
  }
  bool was_wrong(std::uint64_t mark) const {
    const auto found = seen_.find(mark);
    return found != seen_.end() && found->second.is_wrong;
  }

 private:
  struct Seen {
    std::uint32_t times = 0;
    bool is_wrong = false;
  };
  const std::size_t capacity_;
  std::unordered_map<std::uint64_t, Seen> seen_;
  std::deque<std::uint64_t> order_;  ///< oldest first
};

}  // namespace sandyk::intake
