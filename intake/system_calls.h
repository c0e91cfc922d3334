// The seccomp filter: the calls of the system that a serving intake makes, and no others.
#pragma once

#include <tl/expected.hpp>

#include "intake/confinement.h"

namespace sandyk::intake {

/// Ends this process, with every thread, at the first call that is not listed in the .cpp file.
[[nodiscard]] tl::expected<void, ConfineFault> filter_system_calls();

}  // namespace sandyk::intake
