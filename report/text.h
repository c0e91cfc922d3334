// Text that somebody else wrote: how long it is, and how to show it without harm.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sandyk::report {

/// Code points in valid UTF-8.
std::size_t count_code_points(std::string_view text);

/// The same text for a terminal: line feeds and tabs stay; other control characters (escape sequences),
/// characters that turn the writing direction, invisible ones and bytes that are not UTF-8 become U+FFFD.
std::string harmless(std::string_view text);

}  // namespace sandyk::report
