// Import receipts that came back to the vault (vault/receipts/), verified against the week's keyring.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/import_receipt.h"
#include "crypto/seal/keyring.h"
#include "storage/epoch_files.h"
#include "storage/keyring_set.h"
#include "storage/retention.h"

namespace sandyk::storage {

/// The file of one organisation's receipt for an epoch.
std::filesystem::path receipt_file(const std::filesystem::path& vault, const crypto::EpochId& epoch,
                                   std::string_view organisation);

/// Verifies a receipt against the keyring of its epoch's week; the fault says why not, for people.
[[nodiscard]] tl::expected<crypto::ImportReceipt, std::string> verify_receipt(crypto::ByteView json,
                                                                              std::string_view signature,
                                                                              const crypto::Keyring& keyring);

/// The complete receipts of one epoch whose hashes are those of its mark. Others do not count.
std::vector<ReceivedReceipt> receipts_of(const std::filesystem::path& vault, const EpochInfo& epoch,
                                         const Mark& mark, const crypto::Keyring& keyring);

/// What is known of every epoch in the vault, for reckoning its day.
std::vector<EpochFacts> read_facts(const std::filesystem::path& vault, const KeyringSet& keyrings);

}  // namespace sandyk::storage
