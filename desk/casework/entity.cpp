#include "desk/casework/entity.h"

#include "report/vocabulary.h"

namespace sandyk::desk {
namespace {

using Need = ObjectReader::Need;

/// A role is a code of either of two lists.
std::string_view list_of_role(const crypto::Json& json) {
  const auto role = json.is_object() ? crypto::text_member(json, "role") : std::nullopt;
  const bool is_target = role && report::Vocabulary::built_in().find_code("target_role", *role) != nullptr;
  return is_target ? "target_role" : "actor_type";
}

}  // namespace

tl::expected<Entity, Problem> parse_entity(const crypto::Json& json, UnknownCodes unknown) {
  return read_object(json, unknown, [&](ObjectReader& in) {
    Entity entity;
    entity.id = in.id("id", Need::required);
    entity.kind = in.code("kind", "entity_kind", Need::required);
    entity.label = in.text("label", max_label_chars, Need::required);
    entity.role = in.code("role", list_of_role(json));
    entity.date = in.date("date");
    entity.fictional = in.flag("fictional").value_or(false);
    return entity;
  });
}

crypto::Json write_entity(const Entity& entity) {
  crypto::Json out = {{"id", entity.id}, {"kind", entity.kind}, {"label", entity.label}};
  if (!entity.role.empty()) out["role"] = entity.role;
  if (entity.date) out["date"] = entity.date->text();
  if (entity.fictional) out["fictional"] = true;
  return out;
}

}  // namespace sandyk::desk
