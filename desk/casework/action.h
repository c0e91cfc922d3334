// What was done about incidents: statements, complaints, appeals. With an incident's `reported_to` and
// `response` it makes the answer ladder.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/json.h"
#include "desk/casework/object_reader.h"

namespace sandyk::desk {

struct Action {
  std::string id;
  std::optional<PartialDate> date;
  std::string type;                 ///< case_action
  std::string by;                   ///< an entity's id, or words for a group
  std::vector<std::string> asks;    ///< what it asks for
  std::vector<std::string> covers;  ///< incidents
  std::string case_id;
  bool fictional = false;
  bool operator==(const Action&) const = default;
};

[[nodiscard]] tl::expected<Action, Problem> parse_action(const crypto::Json& json, UnknownCodes unknown);
/// Reading it again gives an equal action.
crypto::Json write_action(const Action& action);

}  // namespace sandyk::desk
