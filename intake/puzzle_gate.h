// Who may bring a report while the endpoint is pressed: decided from the head, before a byte of the body is
// read. Used by the front's thread alone.
#pragma once

#include <functional>
#include <optional>
#include <tl/expected.hpp>

#include "intake/answer.h"
#include "intake/effort_controller.h"
#include "intake/kept_places.h"
#include "intake/puzzle_seeds.h"
#include "intake/puzzle_verifiers.h"
#include "intake/request_head.h"
#include "intake/seen_solutions.h"

namespace sandyk::intake {

struct PuzzleSettings {
  std::uint32_t floor = 0;              ///< the operator's
  std::function<double()> budget_used;  ///< share of the day's bytes
  std::function<std::uint64_t()> slot = puzzle_slot_now;
};

class PuzzleGate {
 public:
  explicit PuzzleGate(PuzzleSettings settings);

  /// What GET /puzzle answers: the same for everybody.
  Answer puzzle() const;

  /// Of a report of `length` bytes that is admitted otherwise: nothing when it may go on, a
  /// solution that has still to be verified, or the answer to give at once. Costs one SHA-256 at most.
  [[nodiscard]] tl::expected<std::optional<PuzzleCheck>, Answer> judge(std::uint64_t connection,
                                                                       const Head& head, std::uint64_t length,
                                                                       TimePoint now);
  /// What came of a check; nothing when its report may go on.
  std::optional<Answer> conclude(const PuzzleCheck& check);

  /// Follows `load` (EffortController); acts once a second.
  void follow(double load, TimePoint now);

  Effort effort() const { return controller_.current(); }

 private:
  const PuzzleSettings settings_;
  const PuzzleSeeds seeds_;
  EffortController controller_;
  KeptPlaces kept_;
  SeenSolutions seen_;
  std::optional<TimePoint> next_step_;
};

}  // namespace sandyk::intake
