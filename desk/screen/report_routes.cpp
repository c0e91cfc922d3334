#include <charconv>
#include <chrono>
#include <memory>

#include "desk/casework/retention.h"
#include "desk/casework/suggestions.h"
#include "desk/keys_due.h"
#include "desk/screen/case_routes.h"
#include "desk/screen/report_list.h"
#include "desk/screen/report_view.h"
#include "desk/screen/server.h"
#include "desk/triage.h"

namespace sandyk::report {
extern const std::string_view vocabulary_json;
}

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::Json;
using storage::DbFault;

constexpr std::int64_t most_rows = 1000;

tl::expected<std::optional<Date>, Problem> day_said(const Asked& asked, std::string_view name) {
  const auto text = asked.said(name);
  if (text.empty()) return std::nullopt;
  const auto date = Date::parse(text);
  if (!date) return problem("A day is written such as 2026-11-23.", crypto::exit_usage);
  return date;
}

tl::expected<ReportFilter, Problem> filter_of(const Asked& asked) {
  ReportFilter filter;
  filter.status = asked.said("status");
  if (!filter.status.empty() && !is_status(filter.status))
    return problem("There is no such status.", crypto::exit_usage);
  filter.words = asked.said("words");
  for (const auto& [name, field] :
       {std::pair("family", "what"), {"region", "region"}, {"danger", "danger"}, {"consent", "consent"}})
    if (const auto code = asked.said(name); !code.empty()) filter.codes.push_back({field, std::string(code)});
  filter.entity = asked.said("entity");
  filter.case_id = asked.said("case");
  auto from = day_said(asked, "from"), to = day_said(asked, "to");
  if (!from) return tl::unexpected(from.error());
  if (!to) return tl::unexpected(to.error());
  filter.from = *from;
  filter.to = *to;
  if (const auto after = asked.said("after"); !after.empty()) {
    filter.after = QueuePlace::parse(after);
    if (!filter.after) return problem("The list cannot go on from there.", crypto::exit_usage);
  }
  if (const auto limit = asked.said("limit"); !limit.empty()) {
    const auto [end, fault] = std::from_chars(limit.data(), limit.data() + limit.size(), filter.most);
    if (fault != std::errc() || end != limit.data() + limit.size() || filter.most < 1 ||
        filter.most > most_rows)
      return problem("A page has 1 to 1000 reports.", crypto::exit_usage);
  }
  return filter;
}

Answer list(const Asked& asked, CaseFile& file) {
  const auto filter = filter_of(asked);
  if (!filter) return refuse(filter.error());
  const auto listed = list_reports(file, *filter);
  return listed ? answer(*listed) : refuse(listed.error());
}

Answer row(CaseFile& file, std::int64_t n) {
  const auto found = row_of(file, n);
  if (!found) return refuse(found.error());
  return *found ? answer(**found) : no_such_report();
}

Answer decide(const Asked& asked, CaseFile& file) {
  const auto n = asked.number("n");
  const auto status = crypto::text_member(asked.body, "status");
  if (!status || !is_status(*status)) return refuse(400, "There is no such status.");
  if (!n) return no_such_report();
  const auto done = set_status(file.database(), *n, *status);
  if (!done) return refuse(500, say(done.error()));
  if (!*done) return no_such_report();
  // How long spam is kept is counted from the day on which somebody said so.
  if (auto noted = file.note(*n, Date::today(), "triage", *status); !noted) return refuse(noted.error());
  return row(file, *n);
}

Answer view(const Asked& asked, Desk& desk) {
  const auto n = asked.number("n");
  if (!n) return no_such_report();
  auto viewed = view_report(desk.file, *n);
  if (!viewed) return refuse(viewed.error());
  if (!*viewed) return no_such_report();
  if (!(**viewed)["deleted"].get<bool>()) {
    auto kept = shown_retention(desk, *n);
    if (!kept) return refuse(kept.error());
    (**viewed)["retention"] = std::move(*kept);
  }
  return answer(**viewed);
}

Answer mark_read(const Asked& asked, CaseFile& file) {
  const auto n = asked.number("n");
  if (!n) return no_such_report();
  const auto done = note_view(file, *n, Date::today());
  if (!done) return refuse(done.error());
  return *done ? row(file, *n) : no_such_report();
}

tl::expected<Json, DbFault> counts_of(CaseFile& file) {
  Json counts;
  for (const char* status : {"new", "urgent", "case", "spam", "done"}) counts[status] = 0;
  auto by_status = file.database().prepare("SELECT status, count(*) FROM queue GROUP BY status");
  if (!by_status) return tl::unexpected(by_status.error());
  while (true) {
    const auto there = by_status->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) break;
    counts[std::string(by_status->text(0).value_or(""))] = by_status->integer(1).value_or(0);
  }
  const auto withdrawals = file.database().ask_integer(
      "SELECT count(*) FROM queue WHERE kind = 'withdraw' AND status NOT IN ('spam', 'done')");
  if (!withdrawals) return tl::unexpected(withdrawals.error());
  counts["withdrawals"] = *withdrawals;
  return counts;
}

/// What is due and what is suggested. Counting it may look at much of a large case file: it is done anew only
/// when ten times as long has passed as it took.
class SlowCounts {
 public:
  tl::expected<void, Problem> put_into(Json& counts, Desk& desk) {
    const auto begin = Clock::now();
    if (begin >= again_) {
      if (auto done = count(desk); !done) return done;
      const auto end = Clock::now();
      again_ = end + 10 * (end - begin);
    }
    counts.update(numbers_);
    return {};
  }

 private:
  using Clock = std::chrono::steady_clock;

  tl::expected<void, Problem> count(Desk& desk) {
    Casework casework(desk.file, Date::today());
    const auto policy = desk_policy_of(desk.home, Date::today());
    if (!policy) return tl::unexpected(policy.error());
    numbers_["due"] = numbers_["overdue"] = 0;
    if (*policy) {
      const auto lists = retention_lists(casework, *policy);
      if (!lists) return tl::unexpected(lists.error());
      numbers_["due"] = lists->due.size();
      numbers_["overdue"] = lists->overdue.size();
    }
    const auto suggestions = suggest(casework, "", marking_for_a_screen);
    if (!suggestions) return tl::unexpected(suggestions.error());
    numbers_["suggestions"] = suggestions->size();
    return {};
  }

  Json numbers_ = Json::object();
  Clock::time_point again_ = Clock::time_point::min();
};

Answer state(Desk& desk, SlowCounts& slow) {
  auto counts = counts_of(desk.file);
  if (!counts) return refuse(500, say(counts.error()));
  if (auto done = slow.put_into(*counts, desk); !done) return refuse(done.error());
  const Date today = Date::today();
  const auto site = known_site(desk.home, "", {desk.home.folder()});
  const auto keys = keys_due(desk.home, site ? *site : std::nullopt, today);
  Json state;
  state["today"] = today.text();
  state["lang"] = desk.lang;
  state["desk"] = desk.file.role();
  state["counts"] = std::move(*counts);
  state["weeks_due"] = keys.overdue.size() + keys.soon.size();
  state["version"] = desk.version;
  return answer(state);
}

}  // namespace

void add_report_routes(Server& server, Desk& desk) {
  server.get(
      "/api/vocabulary",
      [](const Asked&) {
        return Answer{200, "application/json", std::string(report::vocabulary_json)};
      },
      Server::Hold::no);
  server.get("/api/state",
             [&desk, slow = std::make_shared<SlowCounts>()](const Asked&) { return state(desk, *slow); });
  server.get("/api/reports", [&desk](const Asked& asked) { return list(asked, desk.file); });
  server.get("/api/reports/:n", [&desk](const Asked& asked) { return view(asked, desk); });
  server.post("/api/reports/:n/status", [&desk](const Asked& asked) { return decide(asked, desk.file); });
  server.post("/api/reports/:n/read", [&desk](const Asked& asked) { return mark_read(asked, desk.file); });
}

}  // namespace sandyk::desk
