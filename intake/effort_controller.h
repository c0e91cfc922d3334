// How much work a report costs at present: two numbers that follow load and the day's byte budget.
#pragma once

#include <cstdint>

namespace sandyk::intake {

/// How pressed the endpoint is. Each from 0 (nothing) on.
struct Pressure {
  /// The fullest of what a solution gives access to: workers' queue (by number and by time),
  /// room for bodies, pool of verifiers. Not
  /// connections: whoever holds those has been asked for no work yet, and honest senders would pay for them.
  double load = 0;
  double budget_used = 0;    ///< share of the day's bytes; may be more than 1
  unsigned let_in = 0;       ///< reports of the last second that got as far as a verifier or a body
  unsigned turned_away = 0;  ///< those of the last second that had done no work, or too little
};

struct Effort {
  std::uint32_t asked = 0;  ///< what gets a report in; 0: nothing is asked
  std::uint32_t floor = 0;  ///< the least that is looked at

  bool operator==(const Effort&) const = default;
};

class EffortController {
 public:
  /// `least_floor` is the operator's: the floor is never below it. An effort as in crypto/seal/puzzle.h.
  explicit EffortController(std::uint32_t least_floor);

  /// One second has passed, with `pressure` at its end. From nine tenths of the load on the effort doubles,
  /// from half on it grows by a quarter; but where hardly anybody gets in any more, it stays: then the load
  /// is of those who are in, and more work would only burden who comes honestly. Below a quarter it falls by
  /// an eighth while many are turned away, who would be back at once, and else to a sixteenth, until nothing
  /// is asked. Between, it stays.
  void step(const Pressure& pressure);

  /// Between two steps: asks for the least effort at least.
  void ask();

  Effort current() const;

 private:
  const std::uint32_t least_floor_;
  double by_load_ = 0;  ///< may be below the least that is asked, on its way to nothing
  std::uint32_t by_budget_ = 0;
};

/// 0 up to half of the budget; then the least effort there is, doubled with every further tenth that is used.
std::uint32_t floor_for_budget(double used);

}  // namespace sandyk::intake
