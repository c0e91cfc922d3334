#include <map>

#include "desk/key_weeks.h"
#include "desk/screen/server.h"

namespace sandyk::desk {
namespace {

using crypto::Json;
using storage::DbFault;

/// How many reports are here of each week.
tl::expected<std::map<std::string, std::int64_t>, DbFault> reports_by_week(CaseFile& file) {
  auto select =
      file.database().prepare("SELECT week, count(*) FROM reports WHERE state = 'here' GROUP BY week");
  if (!select) return tl::unexpected(select.error());
  std::map<std::string, std::int64_t> found;
  while (true) {
    const auto there = select->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) return found;
    found[std::string(select->text(0).value_or(""))] = select->integer(1).value_or(0);
  }
}

Answer keys(Desk& desk) {
  const auto reports = reports_by_week(desk.file);
  if (!reports) return refuse(500, say(reports.error()));
  const auto site = known_site(desk.home, "", {desk.home.folder()});
  Json organisations = Json::array();
  for (const auto& [organisation, weeks] :
       weeks_of_keys(desk.home, site ? *site : std::nullopt, crypto::Date::today())) {
    Json list = Json::array();
    for (const auto& [week, state] : weeks) {
      Json one{{"week", week.text()}, {"state", name_of(state)}};
      if (const auto found = reports->find(week.text()); found != reports->end())
        one["reports"] = found->second;
      list.push_back(std::move(one));
    }
    organisations.push_back({{"org", organisation}, {"weeks", std::move(list)}});
  }
  return answer(Json{{"organisations", std::move(organisations)}});
}

}  // namespace

void add_key_routes(Server& server, Desk& desk) {
  server.get("/api/keys", [&desk](const Asked&) { return keys(desk); });
}

}  // namespace sandyk::desk
