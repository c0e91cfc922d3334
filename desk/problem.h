// Why a command of the desk stops: a sentence for the person in front of it, and the exit code.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/exit_code.h"

namespace sandyk::desk {

/// Made once, at the edge, from the faults of the layers below. Holds no secret and no content of a report.
struct Problem {
  std::string say;
  crypto::ExitCode exit = crypto::exit_not_done;
};

inline tl::unexpected<Problem> problem(std::string say, crypto::ExitCode exit = crypto::exit_not_done) {
  return tl::unexpected(Problem{std::move(say), exit});
}

}  // namespace sandyk::desk
