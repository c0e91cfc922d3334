// Landlock: which files this process may still reach, whatever its user may.
#pragma once

#include <tl/expected.hpp>

#include "intake/confinement.h"

namespace sandyk::intake {

/// Leaves the vault to read and write, and nothing else but what `reach` names. Returns the version of the
/// kernel's ABI, or 0 when there is none that serves; no_new_privs must be set.
[[nodiscard]] tl::expected<int, ConfineFault> restrict_files(const Reach& reach);

}  // namespace sandyk::intake
