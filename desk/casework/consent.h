// What reporters allow. A list of uses; `desk_only`, which is the default, allows none and stands alone.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sandyk::desk {

using Consent = std::vector<std::string>;

/// What all of them allow, in the vocabulary's order: `desk_only` when that is nothing. A report that says
/// nothing allows nothing. Of no reports at all: `desk_only`.
Consent strictest(std::span<const Consent> of_reports);

/// Whether `inner` allows nothing that `outer` does not.
bool is_within(const Consent& inner, const Consent& outer);

/// Whether it names this use; never when it is `desk_only`.
bool allows(const Consent& consent, std::string_view use);

}  // namespace sandyk::desk
