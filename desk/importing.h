// Import: an exported vault into the case file. What the server or a stranger wrote is looked at by the
// reader alone.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "desk/case_file.h"
#include "desk/identities.h"
#include "desk/vault_opening.h"

namespace sandyk::desk {

struct ImportSettings {
  std::filesystem::path vault;
  std::filesystem::path reader;  ///< the program that is started as the reader
  crypto::Date today;
};

/// What came of the epochs that began on one day.
struct DayCounts {
  std::size_t fresh = 0;      ///< reports that are now in the case file
  std::size_t duplicate = 0;  ///< were in it before, or came twice
  std::size_t cover = 0;
  std::size_t filler = 0;   ///< rows that the server made, so that counts say less
  std::size_t damaged = 0;  ///< reports and rows that nobody can read
  std::map<crypto::Week, std::size_t>
      needs_key;  ///< reports, or whole epochs, that a key of that week would open
};

struct ImportSummary {
  std::map<crypto::Date, DayCounts> days;
  std::vector<OpenedEpoch> opened_epochs;
  std::vector<PassedOver> passed_over;
  std::vector<crypto::ReportId> followups;  ///< new ones that say they continue a report

  /// docs/formats.md, "Exit codes".
  crypto::ExitCode exit_code() const;
};

/// Imports every epoch; running it again adds only what is new. One damage stops no other; a report over
/// which the reader stops is counted as damaged. `progress` gets the reports done and known so far.
[[nodiscard]] tl::expected<ImportSummary, Problem> import_vault(
    const ImportSettings& settings, Identities& identities, CaseFile& file,
    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace sandyk::desk
