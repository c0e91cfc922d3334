// Signed files that commands put into vault/inbox/ for the running server: verified here, then applied or
// refused.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/seal/calendar.h"
#include "storage/keyring_set.h"
#include "storage/policy_set.h"

namespace sandyk::storage {

/// What the vault holds already, to judge what comes.
struct Known {
  const crypto::VerifyKey& root;
  const KeyringSet& keyrings;
  const PolicySet& policies;
  crypto::Date today;
};

/// Looks at every `*.json` in `vault`/inbox/ with its `.minisig`: keyrings and policies newer than what is
/// known, import receipts, statements of destroyed keys; at every `*.board` with its `.minisig`; and at the
/// operator's word on the date, which has no signature. What verifies is written to its place in the vault,
/// durably, before it leaves the inbox; what is refused stays under the name with
/// `.rejected` behind. Returns a sentence for each. Other names are left alone.
std::vector<std::string> apply_inbox(const std::filesystem::path& vault, const Known& known);

}  // namespace sandyk::storage
