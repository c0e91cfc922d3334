// Doing the work that a pressed server asks for before it takes a report.
#pragma once

#include <optional>
#include <string>

#include "crypto/seal/ids.h"
#include "reporter/delivery.h"

namespace sandyk::reporter {

/// Told how far a puzzle is, in per cent by probability; 100 when it is solved.
using SolvingNotice = std::function<void(unsigned)>;

/// Whether an answer asks for work.
bool asks_for_work(const transport::Response& answer);

/// Fetches the puzzle of `node` and solves it for `report` on all processors: the line `Sandyk-Puzzle: …`.
/// Empty when the node asks for nothing any more, and nothing when it has no puzzle that we know.
std::optional<std::string> solve_for(transport::Client& client, const transport::Address& node,
                                     const crypto::ReportId& report, const SolvingNotice& notice);

}  // namespace sandyk::reporter
