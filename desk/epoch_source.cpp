#include "desk/epoch_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "crypto/seal/file.h"
#include "crypto/seal/size_class.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::EpochKey;

constexpr std::size_t max_key_file = 64 * 1024;

}  // namespace

std::uint64_t most_sealed() {
  return crypto::sealed_length(crypto::size_classes.back(), crypto::age::max_recipients);
}

std::vector<fs::path> epoch_folders(const fs::path& vault) {
  std::vector<fs::path> folders;
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(vault / "epochs", fault))
    if (fs::is_directory(entry.symlink_status(fault))) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

tl::expected<EpochKey, NotOpened> read_epoch_key(const fs::path& folder,
                                                 std::span<const crypto::age::HybridIdentity> identities) {
  NotOpened fault{"neither copy of its key is there", false};
  for (const char* copy : {"key.age", "key.age.copy"}) {
    const auto sealed = crypto::read_file(folder / copy, max_key_file);
    if (!sealed) continue;
    const auto key = crypto::age::open_small(*sealed, identities, EpochKey::size);
    if (key && key->size() == EpochKey::size)
      return EpochKey::make([&](auto out) { std::copy(key->begin(), key->end(), out.begin()); });
    fault.is_for_want_of_a_key = !key && key.error() == crypto::age::OpenFault::no_match;
    fault.why = key ? "its key has the wrong size" : fmt::format("its key: {}", sentence(key.error()));
  }
  return tl::unexpected(fault);
}

}  // namespace sandyk::desk
