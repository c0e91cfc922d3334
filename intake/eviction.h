// Who makes place when everything is taken.
#pragma once

#include <cstdint>
#include <vector>

#include "intake/limits.h"
#include "intake/phase.h"

namespace sandyk::intake {

/// What is known of a connection when one has to go.
struct Candidate {
  std::uint64_t id;
  Phase phase;
  bool is_over_cap;               ///< its source holds more connections than the cap
  std::chrono::milliseconds age;  ///< of a body or an answer: since it began
  double progress;                ///< bytes a millisecond in that time
  double needed = 0;              ///< of a body or an answer: the progress that keeps its place
};

/// True for the phases before there is a request to answer.
bool is_early(Phase phase);

/// Those who may go, at most `most`, in the order in which they should: who has been answered already, who
/// has sent no request yet, then bodies and answers whose peers fall behind; of each, sources over their cap
/// first, then the least progress. Nobody who is younger than the grace time, and never one that waits for
/// us.
std::vector<std::uint64_t> order_of_eviction(std::vector<Candidate> candidates, const Limits& limits,
                                             std::size_t most);

}  // namespace sandyk::intake
