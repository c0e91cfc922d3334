// The commands about retention that work beside a running server: the dry run, and the operator's word on the
// date.
#pragma once

#include <filesystem>

#include "crypto/seal/signature.h"

namespace sandyk::intake {

/// Says, changing nothing, what goes within `days` days, under which policy, and why. Returns the exit code.
int plan_retention(const std::filesystem::path& vault, const crypto::VerifyKey& root, std::uint64_t reserve,
                   unsigned days);

/// Puts the operator's word that it is `date` into the inbox, and tells the server. Returns the exit code.
int confirm_day(const std::filesystem::path& vault, const std::string& date);

}  // namespace sandyk::intake
