// Why a command did not do what it was asked for: an exit code (docs/formats.md, "Exit codes") and one
// sentence.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "crypto/seal/exit_code.h"

namespace sandyk::audit {

struct Failure {
  crypto::ExitCode code;
  std::string say;
};

inline tl::unexpected<Failure> failure(crypto::ExitCode code, std::string say) {
  return tl::unexpected(Failure{code, std::move(say)});
}

}  // namespace sandyk::audit
