#include "storage/settle.h"

#include <fmt/format.h>

#include "storage/epoch_files.h"
#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

/// What an epoch cut off by a crash needs; the sentence says what was done.
std::string settle(const std::filesystem::path& folder) {
  const std::string id = folder.filename().string();
  if (!was_begun(folder)) {
    if (auto done = remove_half_made(folder); !done)
      return fmt::format("The epoch {} was never finished and holds no report; it could not be removed: {}.",
                         id, crypto::sentence(done.error()));
    return fmt::format("The epoch {} was cut off while it was made and held no report; it was removed.", id);
  }
  if (auto done = mark_unclean(folder); !done)
    return fmt::format("The epoch {} was not closed, and could not be marked so: {}.", id,
                       crypto::sentence(done.error()));
  return fmt::format(
      "The epoch {} was not closed; what was acknowledged is in it. It is now marked as unclean.", id);
}

}  // namespace

std::vector<std::string> settle_unfinished(const std::filesystem::path& vault) {
  std::vector<std::string> notices;
  for (const std::string& name : names_in(vault / layout::epochs)) {
    const auto folder = vault / layout::epochs / name;
    if (!crypto::EpochId::parse(name) || !is_folder(folder) || read_mark(folder)) continue;
    notices.push_back(settle(folder));
  }
  return notices;
}

}  // namespace sandyk::storage
