// What a crash left behind, put in order.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "storage/padding.h"

namespace sandyk::storage {

/// The names of the epochs there are. Reads no file of theirs, so it is fast however many there are.
std::vector<std::string> epoch_names(const std::filesystem::path& vault);

struct Settling {
  MayGoOn may_go_on = [] { return true; };  ///< asked before each epoch; the rest is left to the next start
  /// An epoch was marked as unclean.
  std::function<void(const std::filesystem::path& folder)> marked = [](const std::filesystem::path&) {};
};

/// Marks every epoch among `names` that has no mark as unclean, removes what was half-written, and those
/// epochs that were cut off before they could take a report. Only for the one who holds the vault's lock, and
/// for epochs that nobody writes to. Takes as long as hashing them. Returns a sentence for each.
std::vector<std::string> settle_unfinished(const std::filesystem::path& vault,
                                           const std::vector<std::string>& names, const Settling& settling);

}  // namespace sandyk::storage
