#include "intake/eviction.h"

#include <algorithm>
#include <tuple>

namespace sandyk::intake {
namespace {

int rank(Phase phase) {
  if (phase == Phase::lingering) return 0;
  return is_early(phase) ? 1 : 2;
}

bool may_go(const Candidate& one, const Limits& limits) {
  if (one.age < limits.grace) return false;
  if (one.phase == Phase::body || one.phase == Phase::writing) return one.progress < one.needed;
  return is_early(one.phase) || one.phase == Phase::lingering;
}

bool goes_before(const Candidate& a, const Candidate& b) {
  const auto key = [](const Candidate& one) {
    return std::tuple(rank(one.phase), !one.is_over_cap, one.progress, one.id);
  };
  return key(a) < key(b);
}

}  // namespace

bool is_early(Phase phase) {
  return phase == Phase::silent || phase == Phase::waiting || phase == Phase::handshake ||
         phase == Phase::headers;
}

std::vector<std::uint64_t> order_of_eviction(std::vector<Candidate> candidates, const Limits& limits,
                                             std::size_t most) {
  std::erase_if(candidates, [&](const Candidate& one) { return !may_go(one, limits); });
  const auto count = std::min(most, candidates.size());
  const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(candidates.begin(), end, candidates.end(), goes_before);
  std::vector<std::uint64_t> order;
  std::transform(candidates.begin(), end, std::back_inserter(order),
                 [](const Candidate& one) { return one.id; });
  return order;
}

}  // namespace sandyk::intake
