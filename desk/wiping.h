// Making a file of keys unreadable, as far as a program can: overwritten, then removed, each synced.
#pragma once

#include <filesystem>
#include <tl/expected.hpp>

#include "desk/problem.h"

namespace sandyk::desk {

/// Overwrites the file with random bytes, syncs, renames it to a name that says nothing, removes it, and
/// syncs its folder. Done when there is none. Blocks that a disk has set aside are out of reach.
[[nodiscard]] tl::expected<void, Problem> wipe(const std::filesystem::path& file);

/// Removes what a wipe that was cut off left in `folder`: overwritten already, under its neutral name.
[[nodiscard]] tl::expected<void, Problem> remove_wiped(const std::filesystem::path& folder);

}  // namespace sandyk::desk
