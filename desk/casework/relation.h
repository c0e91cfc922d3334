// How two entities belong together.
#pragma once

#include <compare>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/json.h"
#include "desk/casework/object_reader.h"

namespace sandyk::desk {

struct Relation {
  std::string from, to, type;  ///< entities; a code of the list relation
  auto operator<=>(const Relation&) const = default;
};

[[nodiscard]] tl::expected<Relation, Problem> parse_relation(const crypto::Json& json, UnknownCodes unknown);
crypto::Json write_relation(const Relation& relation);

}  // namespace sandyk::desk
