// Where the week's keyring comes from: the server, or a file. Either way the root key decides.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/seal/keyring.h"
#include "reporter/delivery.h"
#include "reporter/failure.h"

namespace sandyk::reporter {

/// The root's public key: a minisign .pub file, or its base64 line itself.
[[nodiscard]] tl::expected<crypto::VerifyKey, Failure> read_root_key(const std::string& file_or_text);

/// Reads `json` and the signature beside it (`.minisig`), verifies, and requires it to be in force on
/// `today`.
[[nodiscard]] tl::expected<crypto::Keyring, Failure> read_keyring(const std::filesystem::path& json,
                                                                  const crypto::VerifyKey& root,
                                                                  crypto::Date today);

/// The same for what `node` serves.
[[nodiscard]] tl::expected<crypto::Keyring, Failure> fetch_keyring(
    transport::Client& client, const transport::Address& node, const crypto::VerifyKey& root,
    crypto::Date today, const Patience& patience, const Notice& notice);

/// Where to deliver: `first`, then the site's other nodes. Onion addresses are used only `through_tor`, that
/// is when a proxy is set. Addresses that this program cannot use are left out.
std::vector<transport::Address> nodes_of(const crypto::Keyring& keyring, const transport::Address& first,
                                         bool through_tor);

}  // namespace sandyk::reporter
