// What a log's folder says beside its contents: when files were changed, and that there once were others.
#pragma once

#include <filesystem>

#include "crypto/seal/calendar.h"

namespace sandyk::storage {

/// Sets the modification time to 00:00 UTC of `day`. As it is no more than good manners, a fault is none.
void set_day(const std::filesystem::path& path, crypto::Date day);

/// After publishing: removes partial tiles and bundles whose full one is there (tlog-tiles, "Partial Tiles":
/// not before), and temporary files that a crash left; then sets every modification time. What cannot be
/// removed now is removed the next time.
void tidy_log(const std::filesystem::path& folder, crypto::Date day);

}  // namespace sandyk::storage
