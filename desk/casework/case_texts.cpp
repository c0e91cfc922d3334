#include "desk/casework/case_texts.h"

#include <fmt/format.h>

#include <set>

#include "desk/casework/casework.h"
#include "desk/folding.h"

namespace sandyk::desk {
namespace {

using storage::Database;
using storage::DbFault;
using storage::Statement;

using Facets = std::set<std::pair<std::string, std::string>>;

std::string day_text(std::chrono::sys_days day) {
  return crypto::Date(day).text();
}

Facets facets_of(const Incident& incident) {
  Facets facets;
  const auto put = [&](const char* facet, const std::string& value) {
    if (!value.empty()) facets.emplace(facet, value);
  };
  put("case", incident.case_id);
  put("region", incident.where.region);
  put("country", incident.where.country);
  for (const std::string& type : incident.types) put("type", type);
  for (const std::string& family : families_of(incident)) put("family", family);
  for (const std::string& use : incident.consent) put("consent", use);
  for (const Target& target : incident.targets) put("entity", target.entity);
  for (const Actor& actor : incident.actors) put("entity", actor.entity);
  for (const Trigger& trigger : incident.trigger) put("entity", trigger.entity);
  // A link may lead to an entity, such as the publication that an act answers.
  for (const Link& link : incident.links) put("linked", link.to);
  if (incident.when) {
    put("first", day_text(incident.when->first_day()));
    put("last", day_text(incident.when->last_day()));
  }
  return facets;
}

Did write_facets(Database& database, const Incident& incident) {
  if (auto done = rows::change(database, "DELETE FROM incident_facets WHERE incident = ?", incident.id);
      !done)
    return done;
  for (const auto& [facet, value] : facets_of(incident))
    if (auto done =
            rows::change(database, "INSERT INTO incident_facets(incident, facet, value) VALUES(?, ?, ?)",
                         incident.id, std::string_view(facet), std::string_view(value));
        !done)
      return done;
  return {};
}

std::string text_of(const Incident& incident) {
  std::string text = incident.id + "\n" + incident.title + "\n" + incident.summary;
  for (const Target& target : incident.targets) text += "\n" + target.entity;
  for (const Actor& actor : incident.actors) text += "\n" + actor.entity;
  return text;
}

Did index_all(Database& database) {
  std::vector<Incident> incidents;
  std::vector<Entity> entities;
  std::vector<std::pair<std::string, std::string>> notes;
  const auto json_of = [](const Statement& row) {
    return crypto::parse_json(crypto::bytes_of(row.text(0).value_or("")), max_object_size)
        .value_or(crypto::Json());
  };
  auto done = rows::for_each(database, "SELECT json FROM incidents", [&](const Statement& row) {
    if (auto one = parse_incident(json_of(row), UnknownCodes::kept)) incidents.push_back(std::move(*one));
  });
  if (done)
    done = rows::for_each(database, "SELECT json FROM entities", [&](const Statement& row) {
      if (auto one = parse_entity(json_of(row), UnknownCodes::kept)) entities.push_back(std::move(*one));
    });
  if (done)
    done = rows::for_each(database, "SELECT 'note:' || n, text FROM notes", [&](const Statement& row) {
      notes.emplace_back(row.text(0).value_or(""), row.text(1).value_or(""));
    });
  for (const Incident& one : incidents)
    if (done) done = index_incident(database, one);
  for (const Entity& one : entities)
    if (done) done = index_entity(database, one);
  for (const auto& [subject, text] : notes)
    if (done) done = index_text(database, subject, text);
  return done;
}

}  // namespace

Did index_incident(Database& database, const Incident& incident) {
  if (auto done = write_facets(database, incident); !done) return done;
  return index_text(database, "incident:" + incident.id, text_of(incident));
}

Did index_entity(Database& database, const Entity& entity) {
  return index_text(database, "entity:" + entity.id, entity.id + "\n" + entity.label);
}

Did index_text(Database& database, std::string_view subject, std::string_view text) {
  if (auto done = forget_text(database, subject); !done) return done;
  if (auto done = rows::change(database, "INSERT INTO case_texts(subject) VALUES(?)", subject); !done)
    return done;
  const std::string folded = fold(text);
  return rows::change(database,
                      "INSERT INTO case_search(rowid, folded) SELECT n, ? FROM case_texts WHERE subject = ?",
                      std::string_view(folded), subject);
}

Did forget_text(Database& database, std::string_view subject) {
  if (auto done = rows::change(
          database, "DELETE FROM case_search WHERE rowid = (SELECT n FROM case_texts WHERE subject = ?)",
          subject);
      !done)
    return done;
  return rows::change(database, "DELETE FROM case_texts WHERE subject = ?", subject);
}

tl::expected<std::vector<std::string>, Problem> search_texts(Database& database, std::string_view words,
                                                             std::string_view kind, std::size_t most) {
  std::vector<std::string> found;
  const std::string expression = search_expression(words);
  if (expression.empty()) return found;
  const std::string prefix = fmt::format("{}:", kind);
  auto done = rows::for_each(
      database,
      "SELECT t.subject FROM case_search s JOIN case_texts t ON t.n = s.rowid WHERE s.folded MATCH ? AND "
      "substr(t.subject, 1, ?) = ? ORDER BY t.n DESC LIMIT ?",
      [&](const Statement& row) { found.emplace_back(row.text(0).value_or("").substr(prefix.size())); },
      std::string_view(expression), static_cast<std::int64_t>(prefix.size()), std::string_view(prefix),
      static_cast<std::int64_t>(most));
  if (!done) return tl::unexpected(done.error());
  return found;
}

tl::expected<void, DbFault> fill_casework(Database& database) {
  const auto missing = database.ask_integer(
      "SELECT (SELECT count(*) FROM incidents) + (SELECT count(*) FROM entities) + (SELECT count(*) FROM "
      "notes) "
      "- (SELECT count(*) FROM case_texts)");
  if (!missing) return tl::unexpected(missing.error());
  if (*missing == 0) return {};
  if (auto done =
          database.run("DELETE FROM case_search; DELETE FROM case_texts; DELETE FROM incident_facets");
      !done)
    return done;
  if (!index_all(database)) return tl::unexpected(DbFault::failed);
  return {};
}

}  // namespace sandyk::desk
