// The form of each type of log entry: which keys it has and what their values are (docs/formats.md, "Log
// entries").
#pragma once

#include <optional>
#include <string>

#include "storage/log_entry.h"

namespace sandyk::audit {

/// What is wrong with an entry, to complete "Entry N ..."; nothing when it is of a known type and well
/// formed.
std::optional<std::string> fault_of(const storage::LogEntry& entry);

}  // namespace sandyk::audit
