// Bringing what a server shows into a folder with the vault's layout, so that it is verified as a vault is.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "audit/evidence.h"
#include "audit/failure.h"
#include "transport/client.h"

namespace sandyk::audit {

/// GETs a path, such as `/log/checkpoint`: the body; nothing when the server says that it has no such thing.
using Fetch = std::function<tl::expected<std::optional<crypto::Bytes>, Failure>(const std::string& path,
                                                                                std::size_t max_size)>;

/// From a server, a few times when it cannot be reached at once.
Fetch fetch_from(transport::Client& client, const transport::Address& server);

/// Saves the log, and every keyring and policy that it names, below `folder`. What does not verify is saved,
/// too: the checks say so. Fails when the server cannot be reached, shows no log at all, or `folder` cannot
/// be written.
[[nodiscard]] tl::expected<void, Failure> mirror(const Fetch& fetch, const std::filesystem::path& folder,
                                                 const crypto::NoteKey& log_key);

}  // namespace sandyk::audit
