// A document as plain text, for staff to read on a terminal.
#pragma once

#include <string>
#include <string_view>

#include "report/document.h"

namespace sandyk::report {

/// Every field with its label in `lang` ("en", "ru", "ky"; English for any other), codes by their labels,
/// unknown ones as they are. Reports are hostile: what the reporter wrote is made harmless for a terminal.
std::string to_text(const Document& document, std::string_view lang);

}  // namespace sandyk::report
