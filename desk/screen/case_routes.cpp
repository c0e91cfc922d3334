#include "desk/screen/case_routes.h"

#include "desk/casework/casework.h"
#include "desk/screen/coded_json.h"

namespace sandyk::desk {
namespace {

using crypto::Json;

Casework work_on(Desk& desk) {
  return Casework(desk.file, crypto::Date::today());
}

/// The part of the path that is an id, or nothing.
std::string id_in(const Asked& asked) {
  const auto found = asked.path.find("id");
  return found != asked.path.end() && is_case_id(found->second) ? found->second : std::string();
}

Answer nothing_there() {
  return refuse(404, "There is no such thing here.");
}

Answer done(const Did& did) {
  return did ? answer(Json::object()) : refuse(did.error());
}

template <typename One, typename Write>
Answer list_of(const tl::expected<std::vector<One>, Problem>& all, Write write) {
  if (!all) return refuse(all.error());
  Json list = Json::array();
  for (const One& one : *all) list.push_back(write(one));
  return answer(list);
}

/// What is put under an address has the address's id.
bool has_id(const Asked& asked) {
  return !id_in(asked).empty() && crypto::text_member(asked.body, "id") == id_in(asked);
}

/// Reads what was typed, writes it, and answers with what is stored.
template <typename Parse, typename Write>
Answer put_one(const Asked& asked, Desk& desk, Parse parse, Write write) {
  if (!has_id(asked)) return refuse(400, "The id in it is not the one that it is put under.");
  const auto one = parse(asked.body, UnknownCodes::refused);
  if (!one) return refuse(one.error());
  const auto stored = work_on(desk).put(*one);
  return stored ? answer(write(*one)) : refuse(stored.error());
}

// --- incidents --------------------------------------------------------------------------------------

Answer answer_incident(Casework& casework, const tl::expected<Incident, Problem>& one) {
  if (!one) return refuse(one.error());
  const auto json = shown(casework, *one);
  return json ? answer(*json) : refuse(json.error());
}

tl::expected<IncidentFilter, Problem> filter_of(const Asked& asked) {
  IncidentFilter filter;
  filter.case_id = asked.said("case");
  filter.entity = asked.said("entity");
  filter.family = asked.said("family");
  filter.type = asked.said("type");
  filter.region = asked.said("region");
  filter.consent = asked.said("consent");
  for (const auto& [name, date] : {std::pair("from", &filter.from), {"to", &filter.to}}) {
    const auto text = asked.said(name);
    if (text.empty()) continue;
    *date = PartialDate::parse(text);
    if (!*date) return problem("A date is written YYYY, YYYY-MM or YYYY-MM-DD.", crypto::exit_usage);
  }
  return filter;
}

Answer list_incidents(const Asked& asked, Desk& desk) {
  auto casework = work_on(desk);
  auto filter = filter_of(asked);
  if (!filter) return refuse(filter.error());
  if (const auto report = asked.said("report"); !report.empty()) {
    const auto n = casework.report_number(std::string(report));
    if (!n) return refuse(n.error());
    filter->report = *n;
  }
  const auto all = casework.incidents(*filter);
  if (!all) return refuse(all.error());
  Json list = Json::array();
  for (const Incident& one : *all) {
    auto json = shown(casework, one);
    if (!json) return refuse(json.error());
    list.push_back(std::move(*json));
  }
  return answer(list);
}

Answer get_incident(const Asked& asked, Desk& desk) {
  auto casework = work_on(desk);
  const auto one = casework.incident(id_in(asked));
  if (!one) return refuse(one.error());
  if (!*one) return nothing_there();
  return answer_incident(casework, **one);
}

Answer put_incident(const Asked& asked, Desk& desk) {
  if (!has_id(asked)) return refuse(400, "The id in it is not the one that it is put under.");
  auto one = parse_incident(asked.body, UnknownCodes::refused);
  if (!one) return refuse(one.error());
  auto casework = work_on(desk);
  return answer_incident(casework, casework.put(std::move(*one)));
}

Answer post_incident(const Asked& asked, Desk& desk) {
  auto casework = work_on(desk);
  auto id = casework.next_incident_id();
  if (!id) return refuse(id.error());
  Json body = asked.body;
  body["id"] = *id;
  auto one = parse_incident(body, UnknownCodes::refused);
  if (!one) return refuse(one.error());
  return answer_incident(casework, casework.put(std::move(*one)));
}

void add_incident_routes(Server& server, Desk& desk) {
  server.get("/api/incidents", [&desk](const Asked& asked) { return list_incidents(asked, desk); });
  server.post("/api/incidents", [&desk](const Asked& asked) { return post_incident(asked, desk); });
  server.get("/api/incidents/:id", [&desk](const Asked& asked) { return get_incident(asked, desk); });
  server.put("/api/incidents/:id", [&desk](const Asked& asked) { return put_incident(asked, desk); });
  server.remove("/api/incidents/:id",
                [&desk](const Asked& asked) { return done(work_on(desk).remove_incident(id_in(asked))); });
}

void add_context_routes(Server& server, Desk& desk) {
  server.get("/api/cases", [&desk](const Asked&) { return list_of(work_on(desk).cases(), write_case); });
  server.put("/api/cases/:id",
             [&desk](const Asked& asked) { return put_one(asked, desk, parse_case, write_case); });
  server.get("/api/entities",
             [&desk](const Asked&) { return list_of(work_on(desk).entities(), write_entity); });
  server.put("/api/entities/:id",
             [&desk](const Asked& asked) { return put_one(asked, desk, parse_entity, write_entity); });
  server.remove("/api/entities/:id",
                [&desk](const Asked& asked) { return done(work_on(desk).remove_entity(id_in(asked))); });
  server.get("/api/relations",
             [&desk](const Asked&) { return list_of(work_on(desk).relations(), write_relation); });
  const auto with_relation = [&desk](auto what) {
    return [&desk, what](const Asked& asked) {
      const auto relation = parse_relation(asked.body, UnknownCodes::refused);
      if (!relation) return refuse(relation.error());
      auto casework = work_on(desk);
      const Did did = what(casework, *relation);
      return did ? answer(write_relation(*relation)) : refuse(did.error());
    };
  };
  server.post("/api/relations",
              with_relation([](Casework& casework, const Relation& one) { return casework.put(one); }));
  server.post("/api/relations/delete",
              with_relation([](Casework& casework, const Relation& one) { return casework.remove(one); }));
  server.get("/api/actions", [&desk](const Asked& asked) {
    return list_of(work_on(desk).actions(std::string(asked.said("case"))), write_action);
  });
  server.put("/api/actions/:id",
             [&desk](const Asked& asked) { return put_one(asked, desk, parse_action, write_action); });
  server.remove("/api/actions/:id",
                [&desk](const Asked& asked) { return done(work_on(desk).remove_action(id_in(asked))); });
}

}  // namespace

void add_case_routes(Server& server, Desk& desk) {
  add_incident_routes(server, desk);
  add_context_routes(server, desk);
  add_suggestion_routes(server, desk);
  add_retention_routes(server, desk);
}

}  // namespace sandyk::desk
