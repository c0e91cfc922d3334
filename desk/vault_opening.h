// Opening a whole exported vault with offline keys; what cannot be opened is listed and never stops the rest.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "desk/identities.h"
#include "desk/opened_report.h"
#include "desk/problem.h"
#include "storage/epoch_reader.h"

namespace sandyk::desk {

struct OpeningSettings {
  std::filesystem::path vault;  ///< or one sealed report: see file_opening.h
  std::filesystem::path out;    ///< gets a folder for each report, named by its id
  bool keep_sealed = false;     ///< also keep the sealed original there, as sealed.age
};

/// A report that is now in the out folder.
struct Delivered {
  const crypto::ReportId& id;
  crypto::Week week;
  const OpenedReport& report;
  const std::filesystem::path& folder;
};

/// Something that was passed over, and why.
struct PassedOver {
  std::string what;
  std::string why;
};

/// An epoch whose key opened.
struct OpenedEpoch {
  std::filesystem::path folder;
  storage::EpochInfo info;
  bool is_complete;  ///< every row was read, and every report in it opened, now or before
};

struct OpeningSummary {
  std::vector<OpenedEpoch> opened_epochs;
  std::size_t epochs = 0;
  std::size_t opened = 0;
  std::size_t present = 0;     ///< were in the out folder before
  std::size_t duplicates = 0;  ///< the same report in another epoch
  std::size_t cover = 0;       ///< cover traffic: opened and dropped
  std::size_t remarked = 0;    ///< opened, with remarks
  std::vector<PassedOver> passed_over;
  bool is_for_want_of_a_key = false;  ///< some key would open some of what was passed over

  /// docs/formats.md, "Exit codes".
  crypto::ExitCode exit_code() const;
};

/// Opens every epoch and every report in it. Running it again adds only what is new. `deliver` is called for
/// each report once it is on disk; `progress` gets the reports done and known so far.
[[nodiscard]] tl::expected<OpeningSummary, Problem> open_vault(
    const OpeningSettings& settings, Identities& identities,
    const std::function<void(const Delivered&)>& deliver,
    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace sandyk::desk
