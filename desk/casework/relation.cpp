#include "desk/casework/relation.h"

namespace sandyk::desk {

tl::expected<Relation, Problem> parse_relation(const crypto::Json& json, UnknownCodes unknown) {
  return read_object(json, unknown, [](ObjectReader& in) {
    constexpr auto required = ObjectReader::Need::required;
    Relation relation{in.id("from", required), in.id("to", required), in.code("type", "relation", required)};
    if (!relation.from.empty() && relation.from == relation.to)
      in.refuse("to", "an entity has no relation with itself");
    return relation;
  });
}

crypto::Json write_relation(const Relation& relation) {
  return {{"from", relation.from}, {"to", relation.to}, {"type", relation.type}};
}

}  // namespace sandyk::desk
