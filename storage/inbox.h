// Signed files that commands put into vault/inbox/ for the running server: verified here, then applied or
// refused.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "storage/keyring_set.h"

namespace sandyk::storage {

/// Looks at every `<week>.json` with its `.minisig` in `vault`/inbox/. What is signed by `root` and newer
/// than what `known` has for that week is written to `vault`/keyring/, durably, before it leaves the inbox;
/// what is refused stays under the name with `.rejected` behind. Returns a sentence for each. Other names are
/// left alone.
std::vector<std::string> apply_inbox(const std::filesystem::path& vault, const crypto::VerifyKey& root,
                                     const KeyringSet& known);

}  // namespace sandyk::storage
