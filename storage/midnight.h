// Times of files: the system notes them to a nanosecond, and we set them back to 00:00 UTC of a day. The time
// of the last change of the entry itself (ctime) is the system's own, and stays.
#pragma once

#include <filesystem>
#include <optional>

#include "crypto/seal/calendar.h"

namespace sandyk::storage {

/// Sets when `path` was changed and read to 00:00 UTC of `day`; without one, of the day each is on already.
/// What is there already is left alone, and what cannot be set keeps its time.
void set_file_to_midnight(const std::filesystem::path& path, std::optional<crypto::Date> day = std::nullopt);

/// The same for a folder and all that is in it, links never followed. Leaves `except` out with all that is in
/// it, when that is not empty.
void set_to_midnight(const std::filesystem::path& folder, std::optional<crypto::Date> day = std::nullopt,
                     const std::filesystem::path& except = {});

}  // namespace sandyk::storage
