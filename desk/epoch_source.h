// Where the epochs of a vault or its export are, and their keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/age/mlkem768x25519.h"
#include "crypto/seal/secret.h"
#include "desk/opened_report.h"

namespace sandyk::desk {

/// The largest sealed report there is, for any number of stanzas.
std::uint64_t most_sealed();

/// Folders of epochs, in a fixed order. Links are not followed: the medium may be hostile.
std::vector<std::filesystem::path> epoch_folders(const std::filesystem::path& vault);

/// The epoch's database key, from whichever of its two sealed copies opens.
[[nodiscard]] tl::expected<crypto::EpochKey, NotOpened> read_epoch_key(
    const std::filesystem::path& folder, std::span<const crypto::age::HybridIdentity> identities);

}  // namespace sandyk::desk
