// Text as it is searched: what people write in several ways becomes one.
#pragma once

#include <string>
#include <string_view>

namespace sandyk::desk {

/// Lower case; ё as е, ү as у, ө as о, ң as н; no apostrophes, accents or soft hyphens; what is not UTF-8
/// becomes a space. Folding twice changes nothing.
std::string fold(std::string_view text);

/// What FTS5 is asked for, from what a person typed: every word must be there, the beginning of one is
/// enough. Nothing of FTS5's own language passes. Empty when there is no word in it.
std::string search_expression(std::string_view typed);

}  // namespace sandyk::desk
