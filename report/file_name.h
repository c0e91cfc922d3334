// The name of a sealed report that travels as a file (docs/formats.md, "Sealed report").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/calendar.h"

namespace sandyk::report {

/// `report-<week>-<8 random hex>.age`: all that the name of a sealed file says.
std::string sealed_file_name(const crypto::Week& week);

/// The week in such a name; nothing for any other name.
std::optional<crypto::Week> week_of_file_name(std::string_view name);

}  // namespace sandyk::report
