// What was coded, as the screen shows it: reports by their numbers here, as in its addresses.
#pragma once

#include <tl/expected.hpp>

#include "crypto/seal/json.h"
#include "desk/casework/casework.h"

namespace sandyk::desk {

/// An incident with its sources by number.
[[nodiscard]] tl::expected<crypto::Json, Problem> shown(Casework& casework, const Incident& incident);

}  // namespace sandyk::desk
