// Which epochs of an export can hold a week's reports, and which of them this organisation has not imported.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/ids.h"
#include "crypto/seal/keyring.h"
#include "desk/problem.h"
#include "desk/site_record.h"

namespace sandyk::desk {

/// One organisation's part of one week's keyring. `keyring` outlives it.
struct OrganisationWeek {
  const crypto::Keyring& keyring;
  const crypto::Organisation& organisation;
};

/// The organisation's part of the week, as the root signed it.
[[nodiscard]] tl::expected<OrganisationWeek, Problem> find_week(const SiteRecord& site, crypto::Week week,
                                                                const std::string& organisation);

/// Epochs of `vault` in which reports of that week can be (begun while it took them, or of unknown date) for
/// which none of `receipt_folders` has a complete receipt of these very files; sorted. A problem when the
/// export is too old to know: nothing in it is dated after the last day on which reports could arrive.
[[nodiscard]] tl::expected<std::vector<crypto::EpochId>, Problem> epochs_not_imported(
    const std::filesystem::path& vault, const OrganisationWeek& week, const std::string& site,
    const std::vector<std::filesystem::path>& receipt_folders);

}  // namespace sandyk::desk
