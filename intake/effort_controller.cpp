#include "intake/effort_controller.h"

#include <algorithm>
#include <cmath>

#include "crypto/seal/puzzle.h"

namespace sandyk::intake {
namespace {

constexpr double storm = 0.9, busy = 0.5, relaxed = 0.25;
constexpr double least = crypto::least_effort, most = crypto::most_effort;

// In a second. So few bodies, each some ten seconds here at most, fill no resource; and so few honest senders
// may knock, be asked for work and come back with it while nobody attacks.
constexpr unsigned few = 8;

double next_effort(double effort, const Pressure& pressure) {
  if (pressure.load >= busy) {
    if (effort > 0 && pressure.let_in < few) return effort;
    return std::clamp(effort * (pressure.load >= storm ? 2 : 1.25), least, most);
  }
  if (pressure.load >= relaxed) return effort;
  effort *= pressure.turned_away < few ? 0.0625 : 0.875;
  // The least effort is asked for some ten seconds more: a sender on a slow line, told to work, finds it so.
  return effort < least / 4 ? 0 : effort;
}

}  // namespace

std::uint32_t floor_for_budget(double used) {
  if (!(used >= 0.5)) return 0;
  // The digit behind is for 0.7 and its like, which are no binary fractions.
  const double tenths = std::floor((used - 0.5) * 10 + 1e-9);
  return static_cast<std::uint32_t>(
      std::min(std::ldexp(least, static_cast<int>(std::min(tenths, 32.0))), most));
}

EffortController::EffortController(std::uint32_t least_floor) : least_floor_(least_floor) {}

void EffortController::step(const Pressure& pressure) {
  by_load_ = next_effort(by_load_, pressure);
  by_budget_ = floor_for_budget(pressure.budget_used);
}

void EffortController::ask() {
  by_load_ = std::max(by_load_, least);
}

Effort EffortController::current() const {
  const std::uint32_t floor = std::max(least_floor_, by_budget_);
  const double by_load = by_load_ > 0 ? std::max(by_load_, least) : 0;
  return {std::max(floor, static_cast<std::uint32_t>(by_load)), floor};
}

}  // namespace sandyk::intake
