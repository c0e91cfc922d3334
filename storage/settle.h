// What a crash left behind, put in order before anything else is done.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sandyk::storage {

/// Marks every epoch that has no mark as unclean, and removes those that were cut off before they could take
/// a report. Only for the one who holds the vault's lock. Returns a sentence for each.
std::vector<std::string> settle_unfinished(const std::filesystem::path& vault);

}  // namespace sandyk::storage
