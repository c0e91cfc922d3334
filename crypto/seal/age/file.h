// Sealing a file on disk into another.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <tl/expected.hpp>

#include "crypto/seal/age/seal.h"
#include "crypto/seal/file.h"

namespace sandyk::crypto::age {

/// Why, and for the faults `source` and `sink` what the disk said.
struct SealFileFault {
  SealFault fault;
  std::optional<IoFault> io = std::nullopt;
};

struct NewAgeFile {
  std::filesystem::path path;
  bool is_armored = false;
  NewFile::Replace replace = NewFile::Replace::no;
};

/// Seals `from` into `to`. The new file has its name only when it is whole and synced; on a fault there is
/// none.
[[nodiscard]] tl::expected<void, SealFileFault> seal_file(const std::filesystem::path& from,
                                                          const NewAgeFile& to,
                                                          std::span<const Recipient> recipients,
                                                          Effort effort = Effort::fastest());

}  // namespace sandyk::crypto::age
