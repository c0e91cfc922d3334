// Coded incidents and what stands around them as lines of JSON, one object a line: how they come in from
// another desk, and go out.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "desk/casework/casework.h"

namespace sandyk::desk {

inline constexpr std::size_t max_lines_size = std::size_t{64} * 1024 * 1024;

struct Loaded {
  std::size_t cases = 0, entities = 0, incidents = 0, relations = 0, actions = 0;
};

/// Names that the lines have for reports, such as `R-ru`, and the reports here by number or id.
using ReportNames = std::map<std::string, std::string, std::less<>>;

/// Loads all lines or, with a sentence that names the line, none. Lines may name what comes after them. A
/// line without `kind` is an incident; `case`, `entity` (its own kind in `entity_kind`), `relation` and
/// `action` are the others. Loading the same again changes nothing.
[[nodiscard]] tl::expected<Loaded, Problem> load_lines(Casework& casework, std::string_view lines,
                                                       const ReportNames& reports);

/// All that is in the case file, as `load_lines` takes it: context first, then incidents in the order of
/// time.
[[nodiscard]] tl::expected<std::string, Problem> save_lines(Casework& casework);

}  // namespace sandyk::desk
