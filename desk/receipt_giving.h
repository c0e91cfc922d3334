// Import receipts as the commands that read a vault give them: whether they can be, and what to say of them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "desk/receipts.h"

namespace sandyk::desk {

/// What the person asked for.
struct ReceiptWish {
  Home home;
  std::filesystem::path vault;
  std::string organisation, root_key;  ///< may be empty
  std::filesystem::path copy_to;       ///< --receipts; may be empty
};

/// What receipts are signed with, and what they are checked against; without both there are none.
struct ReceiptMeans {
  std::optional<SiteRecord> site;
  std::optional<crypto::SigningKey> desk_key;
  std::string missing;  ///< a sentence
};

/// Receipts are made whenever they can be: without them reports stay longer on the server, and keys cannot be
/// destroyed on time. They leave the home only by hand. Asked for with --receipts, what is missing is a
/// problem.
[[nodiscard]] tl::expected<ReceiptMeans, Problem> receipt_means(const ReceiptWish& wish,
                                                                const crypto::SecretText& passphrase);

/// Signs, counts and prints the receipts; returns the exit code, which tells when an epoch got none.
int give_receipts(const ReceiptWish& wish, const std::vector<OpenedEpoch>& epochs, const ReceiptMeans& means);

}  // namespace sandyk::desk
