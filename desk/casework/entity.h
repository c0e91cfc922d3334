// Whom and what incidents name: pseudonyms of persons, outlets, authorities, publications, accounts.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/json.h"
#include "desk/casework/object_reader.h"

namespace sandyk::desk {

inline constexpr std::size_t max_label_chars = 160;

struct Entity {
  std::string id, kind, label;      ///< entity_kind; a pseudonym
  std::string role;                 ///< target_role or actor_type
  std::optional<PartialDate> date;  ///< of publications and events
  bool fictional = false;
  bool operator==(const Entity&) const = default;
};

[[nodiscard]] tl::expected<Entity, Problem> parse_entity(const crypto::Json& json, UnknownCodes unknown);
/// Reading it again gives an equal entity.
crypto::Json write_entity(const Entity& entity);

}  // namespace sandyk::desk
