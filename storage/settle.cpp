#include "storage/settle.h"

#include <fmt/format.h>

#include "storage/epoch_files.h"
#include "storage/folder.h"
#include "storage/layout.h"
#include "storage/midnight.h"

namespace sandyk::storage {
namespace {

/// What an epoch cut off by a crash needs; the sentence says what was done.
std::string settle(const std::filesystem::path& folder, const Settling& settling) {
  const std::string id = folder.filename().string();
  if (!was_begun(folder)) {
    if (auto done = remove_half_made(folder); !done)
      return fmt::format("The epoch {} was never finished and holds no report; it could not be removed: {}.",
                         id, crypto::sentence(done.error()));
    return fmt::format("The epoch {} was cut off while it was made and held no report; it was removed.", id);
  }
  remove_leftovers(folder);
  const auto done = mark_unclean(folder);
  const auto info = read_epoch_info(folder);
  set_to_midnight(folder, info ? std::optional(info->date) : std::nullopt);
  if (!done)
    return fmt::format("The epoch {} was not closed, and could not be marked so: {}.", id,
                       crypto::sentence(done.error()));
  settling.marked(folder);
  return fmt::format(
      "The epoch {} was not closed; what was acknowledged is in it. It is now marked as unclean.", id);
}

}  // namespace

std::vector<std::string> epoch_names(const std::filesystem::path& vault) {
  auto names = names_in(vault / layout::epochs);
  std::erase_if(names, [](const std::string& name) { return !crypto::EpochId::parse(name); });
  return names;
}

std::vector<std::string> settle_unfinished(const std::filesystem::path& vault,
                                           const std::vector<std::string>& names, const Settling& settling) {
  std::vector<std::string> notices;
  for (const std::string& name : names) {
    if (!settling.may_go_on()) break;
    const auto folder = vault / layout::epochs / name;
    if (is_folder(folder) && !read_mark(folder)) notices.push_back(settle(folder, settling));
  }
  return notices;
}

}  // namespace sandyk::storage
