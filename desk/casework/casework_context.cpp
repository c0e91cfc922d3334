// Cases, entities, relations and actions: what stands around incidents.
#include <fmt/format.h>

#include <algorithm>

#include "desk/casework/case_texts.h"
#include "desk/casework/casework.h"

namespace sandyk::desk {
namespace {

using crypto::exit_usage;
using storage::Statement;

/// All objects that `sql` finds, as `parse` reads them.
template <typename One, typename Parse>
tl::expected<std::vector<One>, Problem> all(storage::Database& database, std::string_view sql, Parse parse) {
  std::vector<One> found;
  bool is_damaged = false;
  auto done = rows::for_each(database, sql, [&](const Statement& row) {
    const auto json = crypto::parse_json(crypto::bytes_of(row.text(0).value_or("")), max_object_size);
    auto one = parse(json.value_or(crypto::Json()), UnknownCodes::kept);
    if (one)
      found.push_back(std::move(*one));
    else
      is_damaged = true;
  });
  if (!done) return tl::unexpected(done.error());
  if (is_damaged) return problem(std::string(say(storage::DbFault::damaged)));
  return found;
}

Did write(storage::Database& database, std::string_view table, std::string_view id,
          const crypto::Json& json) {
  const std::string text = json.dump();
  return rows::change(
      database,
      fmt::format("INSERT INTO {}(id, json) VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET json = excluded.json",
                  table),
      id, std::string_view(text));
}

}  // namespace

tl::expected<std::vector<Case>, Problem> Casework::cases() {
  return all<Case>(db(), "SELECT json FROM cases ORDER BY id", parse_case);
}

Did Casework::put(const Case& one) {
  return write(db(), "cases", one.id, write_case(one));
}

tl::expected<std::vector<Entity>, Problem> Casework::entities() {
  return all<Entity>(db(), "SELECT json FROM entities ORDER BY id", parse_entity);
}

Did Casework::put(const Entity& entity) {
  auto together = rows::Together::begin(db());
  if (!together) return tl::unexpected(together.error());
  auto done = write(db(), "entities", entity.id, write_entity(entity));
  if (done) done = index_entity(db(), entity);
  return done ? together->commit() : done;
}

Did Casework::remove_entity(const std::string& id) {
  auto together = rows::Together::begin(db());
  if (!together) return tl::unexpected(together.error());
  const auto named =
      rows::ask_text(db(),
                     "SELECT 'The incident ' || incident FROM incident_facets WHERE facet IN ('entity', "
                     "'linked') AND value = ?1 "
                     "UNION ALL SELECT 'A relation' FROM relations WHERE source = ?1 OR target = ?1 LIMIT 1",
                     std::string_view(id));
  if (!named) return tl::unexpected(named.error());
  if (*named) return problem(fmt::format("{} names it: change that first.", **named), exit_usage);
  auto done = rows::change(db(), "DELETE FROM entities WHERE id = ?", std::string_view(id));
  if (done) done = forget_text(db(), "entity:" + id);
  return done ? together->commit() : done;
}

tl::expected<std::vector<Relation>, Problem> Casework::relations() {
  std::vector<Relation> found;
  auto done = rows::for_each(
      db(), "SELECT source, target, type FROM relations ORDER BY source, target, type",
      [&](const Statement& row) {
        found.push_back({std::string(row.text(0).value_or("")), std::string(row.text(1).value_or("")),
                         std::string(row.text(2).value_or(""))});
      });
  if (!done) return tl::unexpected(done.error());
  return found;
}

Did Casework::put(const Relation& relation) {
  for (const std::string& id : {relation.from, relation.to}) {
    const auto there = is_there("entities", id);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return problem(fmt::format("There is no entity {}.", id), exit_usage);
  }
  return rows::change(db(), "INSERT OR IGNORE INTO relations(source, target, type) VALUES(?, ?, ?)",
                      std::string_view(relation.from), std::string_view(relation.to),
                      std::string_view(relation.type));
}

Did Casework::remove(const Relation& relation) {
  return rows::change(db(), "DELETE FROM relations WHERE source = ? AND target = ? AND type = ?",
                      std::string_view(relation.from), std::string_view(relation.to),
                      std::string_view(relation.type));
}

tl::expected<std::vector<Action>, Problem> Casework::actions(const std::string& case_id) {
  auto found = all<Action>(db(), "SELECT json FROM actions ORDER BY id", parse_action);
  if (found && !case_id.empty()) {
    // An action that names no case is of the case of what it covers.
    const auto of_case = incidents({.case_id = case_id});
    if (!of_case) return tl::unexpected(of_case.error());
    std::erase_if(*found, [&](const Action& action) {
      const bool covers = std::ranges::any_of(action.covers, [&](const std::string& id) {
        return std::ranges::find(*of_case, id, &Incident::id) != of_case->end();
      });
      return action.case_id.empty() ? !covers : action.case_id != case_id;
    });
  }
  return found;
}

Did Casework::put(const Action& action, References references) {
  for (const std::string& id : action.covers) {
    const auto there =
        references == References::later ? tl::expected<bool, Problem>(true) : is_there("incidents", id);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return problem(fmt::format("covers: there is no incident {}.", id), exit_usage);
  }
  if (!action.case_id.empty() && references == References::checked) {
    const auto there = is_there("cases", action.case_id);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return problem(fmt::format("case_id: there is no case {}.", action.case_id), exit_usage);
  }
  return write(db(), "actions", action.id, write_action(action));
}

Did Casework::remove_action(const std::string& id) {
  return rows::change(db(), "DELETE FROM actions WHERE id = ?", std::string_view(id));
}

}  // namespace sandyk::desk
