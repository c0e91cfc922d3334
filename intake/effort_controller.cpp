#include "intake/effort_controller.h"

#include <algorithm>
#include <cmath>

#include "crypto/seal/puzzle.h"

namespace sandyk::intake {
namespace {

constexpr double storm = 0.9, busy = 0.5, relaxed = 0.25;
constexpr double least = crypto::least_effort, most = crypto::most_effort;

double next_effort(double effort, double load) {
  if (load >= storm) return std::clamp(effort * 2, least, most);
  if (load >= busy) return std::clamp(effort * 1.25, least, most);
  if (load >= relaxed) return effort;
  effort *= 0.875;
  return effort < least ? 0 : effort;
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
  by_load_ = next_effort(by_load_, pressure.load);
  by_budget_ = floor_for_budget(pressure.budget_used);
}

Effort EffortController::current() const {
  const std::uint32_t floor = std::max(least_floor_, by_budget_);
  return {std::max(floor, static_cast<std::uint32_t>(by_load_)), floor};
}

}  // namespace sandyk::intake
