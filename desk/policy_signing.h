// Signing a policy with the root key: the next link of a chain, with every hold in it approved by two people.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/policy.h"
#include "desk/home.h"
#include "desk/passphrase.h"
#include "desk/problem.h"

namespace sandyk::desk {

struct PolicyRequest {
  std::filesystem::path draft;
  std::vector<std::filesystem::path> holds;  ///< files with two approvals
  std::vector<std::string> lifted;           ///< ids of holds that end before their time
};

struct SignedPolicy {
  crypto::Policy policy;
  std::optional<crypto::Policy> previous;
  std::filesystem::path file;
  std::vector<std::string> warnings;  ///< sentences
};

/// Signs the draft as <serial>.json in the home's policy folder: serial and previous hash go on from there.
/// Holds of the policy before stay until they are over, unless lifted; each must still have two approvals
/// of officers of the draft or desk keys of the home's keyrings. Nothing is written when something is not
/// sound.
[[nodiscard]] tl::expected<SignedPolicy, Problem> sign_policy(const Home& home, const PolicyRequest& request,
                                                              const PassphraseSource& passphrases);

}  // namespace sandyk::desk
