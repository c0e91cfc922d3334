// The audit as one page to print: HTML with everything in it, no script, nothing to load.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/check.h"
#include "audit/evidence.h"
#include "audit/standing.h"

namespace sandyk::audit {

std::string page_of(const Evidence& evidence, const std::vector<Check>& checks);

// Its parts.

/// Text that means nothing but itself in HTML, and no control character.
std::string escaped(std::string_view text);
/// Epochs by age in weeks, in bars that are stacked by class: an SVG, and the same in words. `last_day` is
/// the age in days at which an epoch goes at the latest.
std::string plot_of(const std::vector<Standing>& standings, crypto::Date as_of, unsigned last_day);
/// Schedule, what is due, holds and changes: each with its heading.
std::string schedule_of(const Evidence& evidence);
std::string due_of(const Evidence& evidence, const std::vector<Standing>& standings);
std::string holds_of(const Evidence& evidence);
std::string changes_of(const Evidence& evidence);

}  // namespace sandyk::audit
