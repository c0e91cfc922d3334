// Putting opened reports into the out folder, each whole or not at all.
#pragma once

#include <filesystem>
#include <tl/expected.hpp>

#include "crypto/seal/ids.h"
#include "desk/opened_report.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// Makes the out folder, and clears from it what a run that was killed left half written.
[[nodiscard]] tl::expected<void, Problem> prepare_out(const std::filesystem::path& out);

/// The folder that the report `id` has, or will have, in `out`.
std::filesystem::path folder_of(const std::filesystem::path& out, const crypto::ReportId& id);

/// Writes an opened report into its folder, and `sealed`, unless that is empty, beside it as sealed.age. The
/// folder appears under its name only when all is in it, so that a second run takes up where a killed one
/// stopped.
[[nodiscard]] tl::expected<void, Problem> put_report(const std::filesystem::path& out,
                                                     const crypto::ReportId& id, const OpenedReport& report,
                                                     crypto::ByteView sealed);

}  // namespace sandyk::desk
