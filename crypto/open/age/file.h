// Opening a file on disk into another.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <tl/expected.hpp>

#include "crypto/open/age/open.h"
#include "crypto/seal/file.h"

namespace sandyk::crypto::age {

/// Why, and for the faults `source` and `sink` what the disk said.
struct OpenFileFault {
  OpenFault fault;
  std::optional<IoFault> io = std::nullopt;
};

/// Opens `from` into the new file `to`, for its owner alone. It has its name only when `from` was opened to
/// its end: on a fault there is none, also where the first chunks were good.
[[nodiscard]] tl::expected<void, OpenFileFault> open_file(const std::filesystem::path& from,
                                                          const std::filesystem::path& to,
                                                          std::span<const Identity> identities,
                                                          Opening how = {Encoding::either},
                                                          NewFile::Replace replace = NewFile::Replace::no);

}  // namespace sandyk::crypto::age
