// Deleting an epoch whole, in an order that no crash can turn round: the tombstone, the key, the rest.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/file.h"
#include "storage/tombstone.h"

namespace sandyk::storage {

/// Writes the tombstone, then removes both copies of the key, then database and side files, then the folder;
/// each step is synced before the next. Once the tombstone stands, the epoch goes: a run that was cut off is
/// finished by the next.
[[nodiscard]] tl::expected<void, crypto::IoFault> delete_epoch(const std::filesystem::path& vault,
                                                               const Tombstone& tombstone);

/// Finishes what has a tombstone and is still there. Returns a sentence for each, done or not.
std::vector<std::string> finish_deletions(const std::filesystem::path& vault);

}  // namespace sandyk::storage
