// Holds that count: those of a policy that two people approved.
#pragma once

#include <vector>

#include "crypto/seal/policy.h"
#include "storage/keyring_set.h"

namespace sandyk::storage {

/// Who may approve a hold or a destruction of what nobody read: the desk keys of the site's keyrings, and the
/// policy's officers.
std::vector<crypto::VerifyKey> approvers(const crypto::PolicyContent& policy, const KeyringSet& keyrings);

/// The holds of `policy` that two different approvers signed; the others do not count.
std::vector<crypto::Hold> approved_holds(const crypto::PolicyContent& policy, const KeyringSet& keyrings);

/// The policy with no other holds than those.
crypto::PolicyContent with_approved_holds(const crypto::PolicyContent& policy, const KeyringSet& keyrings);

}  // namespace sandyk::storage
