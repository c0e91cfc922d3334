// What is searched and asked of incidents, entities and notes: facets and folded texts made from them.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "desk/casework/entity.h"
#include "desk/casework/incident.h"
#include "desk/casework/rows.h"

namespace sandyk::desk {

/// Makes anew what is asked of one of them.
[[nodiscard]] Did index_incident(storage::Database& database, const Incident& incident);
[[nodiscard]] Did index_entity(storage::Database& database, const Entity& entity);
[[nodiscard]] Did index_text(storage::Database& database, std::string_view subject, std::string_view text);
/// Takes it away: `incident:I-20`, `entity:E-A`, `note:3`.
[[nodiscard]] Did forget_text(storage::Database& database, std::string_view subject);

/// The subjects whose text has all these words, the newest last written first.
[[nodiscard]] tl::expected<std::vector<std::string>, Problem> search_texts(storage::Database& database,
                                                                           std::string_view words,
                                                                           std::string_view kind,
                                                                           std::size_t most);

}  // namespace sandyk::desk
