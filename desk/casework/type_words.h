// What people call the types of incidents and their triggers, in three languages: to guess what a text tells
// of. Nothing is decided by it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "desk/casework/words.h"

namespace sandyk::desk {

/// Phrases that tell of a code of `incident_type` or `trigger`: from its labels, and what else people say.
std::span<const Phrase> phrases_of(std::string_view code);

}  // namespace sandyk::desk
