// One report, whole: what it says, its files, who did what with it.
#pragma once

#include <optional>
#include <tl/expected.hpp>

#include "crypto/seal/json.h"
#include "desk/case_file.h"

namespace sandyk::desk {

/// Nothing when there is no such report. Of a deleted one its name and its chain of custody are left.
[[nodiscard]] tl::expected<std::optional<crypto::Json>, Problem> view_report(CaseFile& file, std::int64_t n);

/// Marks it as read, and notes who viewed it, once for each day and role.
[[nodiscard]] tl::expected<bool, Problem> note_view(CaseFile& file, std::int64_t n, crypto::Date today);

}  // namespace sandyk::desk
