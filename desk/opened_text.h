// An opened report as lines for a terminal. What a stranger wrote is made harmless first.
#pragma once

#include <string>
#include <string_view>

#include "desk/vault_opening.h"

namespace sandyk::desk {

/// Id, week, number of files, remarks: one line, with nothing of the report's content.
std::string one_line(const Delivered& delivered);

/// The report whole, with labels in `language`, its files with size and SHA-256, and where it is now.
std::string full_text(const Delivered& delivered, std::string_view language);

}  // namespace sandyk::desk
