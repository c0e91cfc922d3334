// The tables of the case file, and how an older one becomes the newest.
#pragma once

#include <tl/expected.hpp>

#include "storage/database.h"

namespace sandyk::desk {

inline constexpr std::int64_t case_application_id = 0x53444B43;  // "SDKC"

enum class SchemaFault {
  not_ours,  ///< a database of something else
  newer,     ///< a newer version of this program wrote it
  failed,    ///< the disk
};

/// The version that this program writes.
std::int64_t newest_schema();

/// Brings a new, an older or the newest case file to the newest version, each step in a transaction of its
/// own. A new one is empty.
[[nodiscard]] tl::expected<void, SchemaFault> migrate(storage::Database& database);

/// The tables that a backup holds. What is made from reports' content in the clear (`glance`, `codes`,
/// `queue`, `search`, `marks`) is not among them: a backup would keep it after the report's key is gone.
inline constexpr const char* tables_to_keep[] = {
    "reports",   "content",          "custody",   "triage",  "cases",    "entities",
    "incidents", "incident_sources", "relations", "actions", "notes",    "decisions",
    "holds",     "tombstones",       "answers",   "boards",  "withdrawn"};

}  // namespace sandyk::desk
