// What can be verified of a vault, or of an export of it, without any key that opens something.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/seal/signature.h"

namespace sandyk::audit {

/// One thing that was checked, in a line for people.
struct Check {
  std::string what;
  std::string looked_at;
  std::vector<std::string> failures;  ///< one sentence each; none means that it holds
};

/// Checks the keyrings' signatures and chain against the root key, and every epoch's description, sealed key
/// and files. Opens nothing and writes nothing.
std::vector<Check> check_vault(const std::filesystem::path& vault, const crypto::VerifyKey& root);

}  // namespace sandyk::audit
