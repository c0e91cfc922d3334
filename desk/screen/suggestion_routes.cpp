#include <algorithm>
#include <cstdlib>

#include "desk/casework/case_texts.h"
#include "desk/casework/notes.h"
#include "desk/casework/suggestions.h"
#include "desk/screen/case_routes.h"
#include "desk/screen/coded_json.h"
#include "desk/screen/report_list.h"

namespace sandyk::desk {
namespace {

using crypto::Json;

constexpr std::size_t most_found = 50;

Casework work_on(Desk& desk) {
  return Casework(desk.file, crypto::Date::today());
}

// --- suggestions ------------------------------------------------------------------------------------

Json write(const Suggestion& one) {
  Json why = Json::array();
  for (const Reason& reason : one.why) why.push_back({{"code", reason.code}, {"detail", reason.detail}});
  return {
      {"kind", one.kind}, {"from", one.from}, {"to", one.to}, {"why", std::move(why)}, {"score", one.score}};
}

Answer list_suggestions(const Asked& asked, Desk& desk) {
  auto casework = work_on(desk);
  const auto found = suggest(casework, asked.said("on"), marking_for_a_screen);
  if (!found) return refuse(found.error());
  Json list = Json::array();
  for (const Suggestion& one : *found) list.push_back(write(one));
  return answer(list);
}

/// After a yes the incident is answered with: its consent may be narrower now, and the person is to see that.
Answer decide_suggestion(const Asked& asked, Desk& desk) {
  const auto kind = crypto::text_member(asked.body, "kind"), from = crypto::text_member(asked.body, "from"),
             to = crypto::text_member(asked.body, "to"),
             decision = crypto::text_member(asked.body, "decision");
  if (!kind || !from || !to || (decision != "yes" && decision != "no"))
    return refuse(400, "What is decided is a kind, from, to and a decision, yes or no.");
  auto casework = work_on(desk);
  if (auto done = decide(casework, *kind, *from, *to, decision == "yes"); !done) return refuse(done.error());
  const auto changed = incident_of(report_of(*from) ? *to : *from);
  const auto one = casework.incident(changed);
  if (!one) return refuse(one.error());
  if (!*one) return answer(Json::object());
  const auto json = shown(casework, **one);
  return json ? answer({{"incident", *json}}) : refuse(json.error());
}

// --- notes ------------------------------------------------------------------------------------------

Json write(const Note& note) {
  return {{"id", note.n}, {"on", note.on}, {"text", note.text}, {"day", note.day}, {"by", note.by}};
}

Answer list_notes(const Asked& asked, Desk& desk) {
  auto casework = work_on(desk);
  const auto notes = notes_on(casework, std::string(asked.said("on")));
  if (!notes) return refuse(notes.error());
  Json list = Json::array();
  for (const Note& note : *notes) list.push_back(write(note));
  return answer(list);
}

Answer post_note(const Asked& asked, Desk& desk) {
  const auto on = crypto::text_member(asked.body, "on"), text = crypto::text_member(asked.body, "text");
  if (!on || !text) return refuse(400, "A note has on and text.");
  auto casework = work_on(desk);
  const auto note = add_note(casework, *on, *text);
  return note ? answer(write(*note)) : refuse(note.error());
}

Answer delete_note(const Asked& asked, Desk& desk) {
  const auto n = asked.number("id");
  if (!n) return refuse(404, "There is no such note.");
  auto casework = work_on(desk);
  const auto done = remove_note(casework, *n);
  return done ? answer(Json::object()) : refuse(done.error());
}

// --- search -----------------------------------------------------------------------------------------

/// The objects whose text has the words, as `read` makes them from their ids.
template <typename Read>
Did gather(Desk& desk, std::string_view words, std::string_view kind, Json& into, Read read) {
  const auto ids = search_texts(desk.file.database(), words, kind, most_found);
  if (!ids) return tl::unexpected(ids.error());
  into = Json::array();
  for (const std::string& id : *ids) {
    tl::expected<std::optional<Json>, Problem> one = read(id);
    if (!one) return tl::unexpected(one.error());
    if (*one) into.push_back(std::move(**one));
  }
  return {};
}

Did gather_coded(Desk& desk, std::string_view words, Json& found) {
  auto casework = work_on(desk);
  using One = tl::expected<std::optional<Json>, Problem>;
  auto done = gather(desk, words, "incident", found["incidents"], [&](const std::string& id) -> One {
    const auto one = casework.incident(id);
    if (!one || !*one) return one ? One(std::nullopt) : One(tl::unexpected(one.error()));
    auto json = shown(casework, **one);
    if (!json) return tl::unexpected(json.error());
    return std::optional<Json>(std::move(*json));
  });
  const auto entities = casework.entities();
  if (!entities) return tl::unexpected(entities.error());
  if (done)
    done = gather(desk, words, "entity", found["entities"], [&](const std::string& id) -> One {
      const auto one = std::ranges::find(*entities, id, &Entity::id);
      if (one == entities->end()) return std::nullopt;
      return std::optional<Json>(write_entity(*one));
    });
  if (done)
    done = gather(desk, words, "note", found["notes"], [&](const std::string& id) -> One {
      const auto one = note_of(casework, std::atoll(id.c_str()));
      if (!one || !*one) return one ? One(std::nullopt) : One(tl::unexpected(one.error()));
      return std::optional<Json>(write(**one));
    });
  return done;
}

Answer search(const Asked& asked, Desk& desk) {
  ReportFilter filter;
  filter.words = asked.said("words");
  filter.most = most_found;
  Json found;
  found["reports"] = Json::array();
  if (!filter.words.empty()) {
    auto listed = list_reports(desk.file, filter);
    if (!listed) return refuse(listed.error());
    found["reports"] = std::move((*listed)["rows"]);
  }
  if (auto done = gather_coded(desk, filter.words, found); !done) return refuse(done.error());
  return answer(found);
}

}  // namespace

void add_suggestion_routes(Server& server, Desk& desk) {
  server.get("/api/suggestions", [&desk](const Asked& asked) { return list_suggestions(asked, desk); });
  server.post("/api/suggestions/decide",
              [&desk](const Asked& asked) { return decide_suggestion(asked, desk); });
  server.get("/api/notes", [&desk](const Asked& asked) { return list_notes(asked, desk); });
  server.post("/api/notes", [&desk](const Asked& asked) { return post_note(asked, desk); });
  server.remove("/api/notes/:id", [&desk](const Asked& asked) { return delete_note(asked, desk); });
  server.get("/api/search", [&desk](const Asked& asked) { return search(asked, desk); });
}

}  // namespace sandyk::desk
