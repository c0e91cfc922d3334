// Import receipts: what the desk signs about each epoch it opened, for the server and for its own later
// decision to destroy keys.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/signing.h"
#include "crypto/seal/import_receipt.h"
#include "desk/home.h"
#include "desk/problem.h"
#include "desk/site_record.h"
#include "desk/vault_opening.h"

namespace sandyk::desk {

struct ReceiptSettings {
  Home home;                      ///< keeps a copy of each in receipts/
  std::string organisation;       ///< when empty, all that the home has keys of
  std::filesystem::path copy_to;  ///< where else they go, to be carried to the server; may be empty
};

struct ReceiptSummary {
  std::size_t complete = 0, incomplete = 0;  ///< receipts that there are now for this vault's epochs
  std::vector<PassedOver> none;              ///< epochs that got none, and why
};

/// Signs a receipt for each organisation and each of `epochs` that is finished, whose files are what its mark
/// says, and whose week's keyring names the organisation with this desk key. A complete receipt that is
/// there stays as it is: its date counts.
[[nodiscard]] tl::expected<ReceiptSummary, Problem> write_receipts(const ReceiptSettings& settings,
                                                                   const std::vector<OpenedEpoch>& epochs,
                                                                   const SiteRecord& site,
                                                                   const crypto::SigningKey& desk_key);

/// The receipt for an epoch in `folder`, verified with the organisation's desk key; nothing when there is
/// none that is.
std::optional<crypto::ImportReceipt> read_receipt(const std::filesystem::path& folder, crypto::EpochId epoch,
                                                  const std::string& organisation,
                                                  const crypto::VerifyKey& desk_key, const std::string& site);

}  // namespace sandyk::desk
