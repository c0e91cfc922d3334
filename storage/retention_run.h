// The day's round: deletes what the policy says is over, and says what will go.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "crypto/seal/calendar.h"
#include "storage/keyring_set.h"
#include "storage/policy_set.h"

namespace sandyk::storage {

/// Finishes deletions that were cut off; then, if the clock can be believed (`allowed`: how far ahead of the
/// last day seen `today` may be) and a policy is in force, deletes every epoch that is due. Only for the one
/// who holds the vault's lock. Returns a sentence for each thing done, not done, or to come.
std::vector<std::string> run_retention(const std::filesystem::path& vault, const KeyringSet& keyrings,
                                       const PolicySet& policies, crypto::Date today,
                                       std::chrono::days allowed);

}  // namespace sandyk::storage
