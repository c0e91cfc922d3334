#include "reporter/part_size.h"

#include <algorithm>

namespace sandyk::reporter {
namespace {

constexpr unsigned most_needed = 1024;  // no report has more parts of 64 KiB

}  // namespace

void PartSize::limit_to(std::uint64_t most_taken) {
  limit_ = std::clamp(most_taken, std::uint64_t{1}, most);
  bytes_ = std::min(bytes_, limit_);
}

void PartSize::arrived() {
  if (++in_a_row_ < needed_) return;
  in_a_row_ = 0;
  bytes_ = std::min(2 * bytes_, limit_);
}

bool PartSize::was_cut() {
  in_a_row_ = 0;
  needed_ = std::min(2 * needed_, most_needed);
  const std::uint64_t smaller = std::max(bytes_ / 2, std::min(least, limit_));
  const bool is_smaller = smaller < bytes_;
  bytes_ = smaller;
  return is_smaller;
}

}  // namespace sandyk::reporter
