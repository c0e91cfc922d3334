// The places that are kept for reports without a solution while work is asked for: one in ten.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "intake/limits.h"

namespace sandyk::intake {

/// Every nine solutions earn one place. Where nobody solves, as from a page without script, there is one
/// every ten seconds still; that is, there is always a way in.
class KeptPlaces {
 public:
  static constexpr unsigned solutions_for_one = 9;
  static constexpr unsigned most = 50;  ///< that may be saved up
  static constexpr std::chrono::seconds one_each{10};

  void earn() { credit_ = std::min(credit_ + 1, solutions_for_one * most); }

  /// True when there is a place; then it is taken. The first who asks begins the ten seconds.
  bool take(TimePoint now) {
    if (!asked_at_) asked_at_ = now;
    if (now - *asked_at_ >= one_each) {
      asked_at_ = now;
      return true;
    }
    if (credit_ < solutions_for_one) return false;
    credit_ -= solutions_for_one;
    return true;
  }

 private:
  unsigned credit_ = 0;
  std::optional<TimePoint> asked_at_;
};

}  // namespace sandyk::intake
