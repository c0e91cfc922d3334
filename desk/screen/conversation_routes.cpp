#include <algorithm>

#include "desk/conversation.h"
#include "desk/phrases.h"
#include "desk/screen/server.h"
#include "desk/telling_words.h"
#include "desk/withdrawals.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::Json;

Json heard_json(const HeardReport& heard) {
  return {{"n", heard.n},
          {"day", heard.imported.text()},
          {"kind", word_of(heard.kind)},
          {"first", heard.first},
          {"ours", heard.is_ours}};
}

Json written_json(const WrittenAnswer& answer) {
  Json json{{"n", answer.n},
            {"organisation", answer.organisation},
            {"day", answer.written.text()},
            {"text", crypto::text_of(answer.text)}};
  if (answer.confirmed) json["confirmed"] = answer.confirmed->text();
  return json;
}

Answer show(const Conversation& conversation) {
  Json heard = Json::array(), answers = Json::array();
  for (const HeardReport& one : conversation.heard) heard.push_back(heard_json(one));
  for (const WrittenAnswer& one : conversation.answers) answers.push_back(written_json(one));
  return answer(Json{{"heard", std::move(heard)}, {"answers", std::move(answers)}});
}

tl::expected<Conversation, Answer> conversation_asked(const Asked& asked, CaseFile& file) {
  const auto n = asked.number("n");
  if (!n) return tl::unexpected(no_such_report());
  auto found = conversation_of(file, *n);
  if (!found) return tl::unexpected(refuse(found.error()));
  if (!*found) return tl::unexpected(refuse(404, cannot_be_answered().value().say));
  return std::move(**found);
}

Answer converse(const Asked& asked, CaseFile& file) {
  const auto conversation = conversation_asked(asked, file);
  return conversation ? show(*conversation) : conversation.error();
}

/// In whose name: the one that is said, or the only one of the home.
tl::expected<std::string, Answer> organisation_of(const Asked& asked, const Home& home) {
  const auto ours = home.organisations();
  const auto said = crypto::text_member(asked.body, "organisation");
  if (said && std::ranges::find(ours, *said) != ours.end()) return std::string(*said);
  if (!said && ours.size() == 1) return ours.front();
  return tl::unexpected(refuse(400, "Say which organisation answers; it must be one of this desk."));
}

Answer write(const Asked& asked, Desk& desk) {
  const auto text = crypto::text_member(asked.body, "text");
  if (!text) return refuse(400, "An answer needs a text.");
  const auto organisation = organisation_of(asked, desk.home);
  if (!organisation) return organisation.error();
  const auto conversation = conversation_asked(asked, desk.file);
  if (!conversation) return conversation.error();
  const auto telling = telling_words(desk.file, *conversation, crypto::bytes_of(*text));
  if (!telling) return refuse(telling.error());
  const bool anyway = asked.body.value("anyway", Json(false)) == true;
  if (!telling->empty() && !anyway)
    return refuse(409, "Whoever finds the code reads the answer, and some words could tell of somebody.",
                  Json{{"telling", *telling}});
  if (auto done =
          write_answer(desk.file, *asked.number("n"), *organisation, crypto::bytes_of(*text), Date::today());
      !done)
    return refuse(done.error());
  return converse(asked, desk.file);
}

Answer list_phrases(const Asked& asked) {
  Json list = Json::array();
  for (const Phrase& phrase : phrases())
    list.push_back({{"name", phrase.name}, {"text", phrase.in(asked.said("lang"))}});
  return answer(list);
}

Answer list_withdrawals(CaseFile& file) {
  const auto waiting = withdrawals(file);
  if (!waiting) return refuse(waiting.error());
  Json list = Json::array();
  for (const Withdrawal& one : *waiting) {
    Json reaches = Json::array();
    for (const HeardReport& heard : one.reaches) reaches.push_back(heard.n);
    list.push_back({{"n", one.n},
                    {"id", one.id.hex()},
                    {"day", one.imported.text()},
                    {"late", one.is_late},
                    {"reaches", std::move(reaches)},
                    {"not_reached", not_reached_by_withdrawal()}});
  }
  return answer(list);
}

Answer carry_out(const Asked& asked, CaseFile& file) {
  const auto n = asked.number("n");
  if (!n) return no_such_report();
  const auto destroyed = carry_out_withdrawal(file, *n, Date::today());
  return destroyed ? answer(Json{{"destroyed", *destroyed}}) : refuse(destroyed.error());
}

}  // namespace

void add_conversation_routes(Server& server, Desk& desk) {
  server.get("/api/phrases", list_phrases, Server::Hold::no);
  server.get("/api/reports/:n/conversation",
             [&desk](const Asked& asked) { return converse(asked, desk.file); });
  server.post("/api/reports/:n/answers", [&desk](const Asked& asked) { return write(asked, desk); });
  server.get("/api/withdrawals", [&desk](const Asked&) { return list_withdrawals(desk.file); });
  server.post("/api/withdrawals/:n/carry-out",
              [&desk](const Asked& asked) { return carry_out(asked, desk.file); });
}

}  // namespace sandyk::desk
