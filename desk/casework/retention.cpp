#include "desk/casework/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "desk/casework/notes.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::exit_usage;
using storage::Statement;

constexpr std::chrono::days ahead{7};

/// The later in this list decides where a report is a source of several incidents.
constexpr std::string_view by_length[] = {"statistics",  "triage_rejected", "intake_unread",
                                          "closed_case", "open_case",       "legal_hold"};

std::size_t length_of(std::string_view retention_class) {
  return static_cast<std::size_t>(std::ranges::find(by_length, retention_class) - std::begin(by_length));
}

/// A class, and the day from which its term counts.
struct Standing {
  std::string retention_class;
  Date from;
};

class Classes {
 public:
  explicit Classes(Casework& casework) : casework_(casework), database_(casework.file().database()) {}

  /// What incidents and cases say of the reports that they were coded from.
  Did load() {
    const auto cases = casework_.cases();
    if (!cases) return tl::unexpected(cases.error());
    for (const Case& one : *cases) cases_.emplace(one.id, one);
    const auto incidents = casework_.incidents();
    if (!incidents) return tl::unexpected(incidents.error());
    for (const Incident& one : *incidents) incidents_.emplace(one.id, class_of(one));
    return rows::for_each(
        database_, "SELECT report, incident FROM incident_sources", [&](const Statement& row) {
          const auto found = incidents_.find(std::string(row.text(1).value_or("")));
          if (found == incidents_.end()) return;
          auto [place, is_new] = coded_.try_emplace(row.integer(0).value_or(0), found->second);
          if (!is_new && length_of(found->second.first) > length_of(place->second.first))
            place->second = found->second;
        });
  }

  Standing standing(std::int64_t n, std::string_view status, Date imported, Date triaged) const {
    const auto coded = coded_.find(n);
    if (coded != coded_.end())
      return {coded->second.first, std::max(coded->second.second.value_or(imported), imported)};
    if (status == "spam" || status == "done") return {"triage_rejected", triaged};
    if (status == "urgent" || status == "case") return {"open_case", triaged};
    return {"intake_unread", imported};
  }

 private:
  using ClassFrom = std::pair<std::string, std::optional<Date>>;

  ClassFrom class_of(const Incident& incident) const {
    const auto found = cases_.find(incident.case_id);
    const Case* of = found == cases_.end() ? nullptr : &found->second;
    if (incident.retention_class == "legal_hold") return {"legal_hold", std::nullopt};
    if (of != nullptr && of->is_closed) {
      const auto& day = of->closed ? of->closed : of->opened;
      return {"closed_case", day ? std::optional(Date(day->first_day())) : std::nullopt};
    }
    if (!incident.retention_class.empty()) return {incident.retention_class, std::nullopt};
    if (of != nullptr && !of->retention_class.empty()) return {of->retention_class, std::nullopt};
    return {"open_case", std::nullopt};
  }

  Casework& casework_;
  storage::Database& database_;
  std::map<std::string, Case> cases_;
  std::map<std::string, ClassFrom> incidents_;
  std::map<std::int64_t, ClassFrom> coded_;
};

constexpr std::string_view select_kept =
    "SELECT r.n, lower(hex(r.id)), r.imported, coalesce(t.status, 'new'), coalesce((SELECT max(day) FROM "
    "custody c "
    "WHERE c.report = r.n AND c.act = 'triage'), r.imported), EXISTS(SELECT 1 FROM holds h WHERE h.report = "
    "r.n AND "
    "h.until >= ?1), EXISTS(SELECT 1 FROM tombstones b WHERE b.report = r.n) FROM reports r LEFT JOIN triage "
    "t ON "
    "t.report = r.n WHERE r.state = 'here'";

Kept read_kept(const Statement& row, const Classes& classes, const std::optional<DeskPolicy>& policy,
               Date today) {
  Kept kept;
  kept.n = row.integer(0).value_or(0);
  kept.id = row.text(1).value_or("");
  const Date imported = Date::parse(row.text(2).value_or("")).value_or(today);
  const Date triaged = Date::parse(row.text(4).value_or("")).value_or(imported);
  const Standing standing = classes.standing(kept.n, row.text(3).value_or(""), imported, triaged);
  kept.retention_class = standing.retention_class;
  kept.is_held = row.integer(5) == 1 || kept.retention_class == "legal_hold";
  const bool is_begun = row.integer(6) == 1;  // a destruction that was cut off is finished
  if (is_begun) kept.due = imported;
  const auto terms = policy ? policy->classes.find(kept.retention_class)
                            : std::map<std::string, ClassTerms>::const_iterator();
  if (policy && terms != policy->classes.end() && !is_begun) {
    kept.due = standing.from + std::chrono::days(terms->second.days);
    kept.is_review = terms->second.is_review;
    kept.approvals = terms->second.approvals;
  }
  kept.is_overdue = kept.due && *kept.due < today;
  return kept;
}

tl::expected<std::vector<Kept>, Problem> all_kept(Casework& casework, const std::optional<DeskPolicy>& policy,
                                                  std::optional<std::int64_t> only) {
  Classes classes(casework);
  if (auto done = classes.load(); !done) return tl::unexpected(done.error());
  std::vector<Kept> kept;
  const std::string today = casework.today().text();
  const std::string sql = std::string(select_kept) + (only ? fmt::format(" AND r.n = {}", *only) : "");
  auto done = rows::for_each(
      casework.file().database(), sql,
      [&](const Statement& row) { kept.push_back(read_kept(row, classes, policy, casework.today())); },
      std::string_view(today));
  if (!done) return tl::unexpected(done.error());
  return kept;
}

/// Who signed, for the tombstone: the keys' lines.
std::string keys_of(const Order* order) {
  std::string text;
  if (order != nullptr)
    for (const auto& approval : order->signed_by) text += (text.empty() ? "" : " ") + approval.key.text();
  return text;
}

/// Incidents that have no report left that can be opened.
Did keep_statistics(Casework& casework, std::int64_t destroyed) {
  auto incidents = casework.incidents({.report = destroyed});
  if (!incidents) return tl::unexpected(incidents.error());
  for (const Incident& one : *incidents) {
    const auto left = rows::ask_number(casework.file().database(),
                                       "SELECT count(*) FROM incident_sources s JOIN reports r ON r.n = "
                                       "s.report WHERE s.incident = ? AND r.state = "
                                       "'here'",
                                       std::string_view(one.id));
    if (!left) return tl::unexpected(left.error());
    if (left->value_or(0) > 0) continue;
    if (auto done = casework.put(for_statistics(one), References::later); !done)
      return tl::unexpected(done.error());
  }
  return {};
}

Did destroy_one(Casework& casework, const Kept& kept, const std::string& why, const Order* order) {
  const std::string day = casework.today().text(), keys = keys_of(order);
  // The tombstone first: cut off behind it, the report stands as overdue and is destroyed with the next run.
  auto done =
      rows::change(casework.file().database(),
                   "INSERT OR REPLACE INTO tombstones(report, class, day, why, role, approvals) "
                   "VALUES(?, ?, ?, ?, ?, ?)",
                   kept.n, std::string_view(kept.retention_class), std::string_view(day),
                   std::string_view(why), std::string_view(casework.file().role()), std::string_view(keys));
  if (!done) return done;
  if (auto destroyed = casework.file().destroy(kept.n, casework.today(), why); !destroyed) return destroyed;
  done = remove_notes_on(casework, fmt::format("report:{}", kept.n));
  return done ? keep_statistics(casework, kept.n) : done;
}

Did hold_one(Casework& casework, std::int64_t n, const Order& order) {
  const std::string until = order.until->text(), review_by = order.review_by->text(), keys = keys_of(&order);
  auto done = rows::change(casework.file().database(),
                           "INSERT OR REPLACE INTO holds(report, hold, reason, until, review_by, approvals) "
                           "VALUES(?, ?, ?, ?, ?, ?)",
                           n, std::string_view(order.id), std::string_view(order.reason),
                           std::string_view(until), std::string_view(review_by), std::string_view(keys));
  if (!done) return done;
  return casework.file().note(n, casework.today(), "hold",
                              fmt::format("held until {} by order {}: {}", until, order.id, order.reason));
}

Did release_one(Casework& casework, std::int64_t n, const Order& order) {
  if (auto done = rows::change(casework.file().database(), "DELETE FROM holds WHERE report = ?", n); !done)
    return done;
  return casework.file().note(n, casework.today(), "hold",
                              fmt::format("let go by order {}: {}", order.id, order.reason));
}

/// The reports that an order is about and that are still here.
tl::expected<std::vector<Kept>, Problem> ordered(Casework& casework, const DeskPolicy& policy,
                                                 const Order& order) {
  std::vector<Kept> found;
  for (const auto& id : order.reports) {
    const auto n = casework.report_number(id.hex());
    if (!n) return tl::unexpected(n.error());
    auto kept = all_kept(casework, policy, *n);
    if (!kept) return tl::unexpected(kept.error());
    if (!kept->empty()) found.push_back(std::move(kept->front()));
  }
  return found;
}

}  // namespace

tl::expected<Kept, Problem> retention_of(Casework& casework, const std::optional<DeskPolicy>& policy,
                                         std::int64_t report) {
  auto kept = all_kept(casework, policy, report);
  if (!kept) return tl::unexpected(kept.error());
  if (kept->empty()) return problem("This report is not here.", exit_usage);
  return std::move(kept->front());
}

tl::expected<RetentionLists, Problem> retention_lists(Casework& casework,
                                                      const std::optional<DeskPolicy>& policy) {
  RetentionLists lists;
  auto kept = all_kept(casework, policy, std::nullopt);
  if (!kept) return tl::unexpected(kept.error());
  for (Kept& one : *kept) {
    if (one.is_held || !one.due) continue;
    if (one.is_overdue)
      lists.overdue.push_back(std::move(one));
    else if (*one.due <= casework.today() + ahead)
      lists.due.push_back(std::move(one));
  }
  const auto by_day = [](const Kept& a, const Kept& b) {
    return std::pair(*a.due, a.n) < std::pair(*b.due, b.n);
  };
  std::ranges::sort(lists.due, by_day);
  std::ranges::sort(lists.overdue, by_day);
  const std::string today = casework.today().text();
  auto done = rows::for_each(
      casework.file().database(),
      "SELECT h.report, lower(hex(r.id)), h.hold, h.reason, h.until, h.review_by FROM holds h JOIN reports r "
      "ON r.n = "
      "h.report WHERE h.until >= ? AND r.state = 'here' ORDER BY h.until, h.report",
      [&](const Statement& row) {
        const auto text = [&](int column) { return std::string(row.text(column).value_or("")); };
        const auto until = Date::parse(text(4)), review_by = Date::parse(text(5));
        if (until && review_by)
          lists.held.push_back({row.integer(0).value_or(0), text(1), text(2), text(3), *until, *review_by});
      },
      std::string_view(today));
  if (!done) return tl::unexpected(done.error());
  return lists;
}

tl::expected<std::size_t, Problem> destroy_overdue(Casework& casework,
                                                   const std::optional<DeskPolicy>& policy,
                                                   std::span<const std::int64_t> reports) {
  std::vector<Kept> all;
  for (const std::int64_t n : reports) {
    auto kept = retention_of(casework, policy, n);
    if (!kept) return tl::unexpected(kept.error());
    const char* against = kept->is_held         ? "it is held"
                          : !kept->is_overdue   ? "it is not due"
                          : kept->is_review     ? "its class is looked at again and not destroyed"
                          : kept->approvals > 1 ? "its class needs the decision of two people"
                                                : nullptr;
    if (against != nullptr)
      return problem(fmt::format("The report {} is not destroyed: {}. Two people can order it.", n, against));
    all.push_back(std::move(*kept));
  }
  for (const Kept& kept : all)
    if (auto done = destroy_one(casework, kept, "retention", nullptr); !done)
      return tl::unexpected(done.error());
  return all.size();
}

Did none_held(Casework& casework, std::span<const std::int64_t> reports) {
  for (const std::int64_t n : reports) {
    const auto kept = retention_of(casework, std::nullopt, n);
    if (!kept) return tl::unexpected(kept.error());
    if (kept->is_held)
      return problem(fmt::format(
          "The report {} is held, so nothing is destroyed. Two people can let it go: `sandyk-desk retention "
          "release`.",
          n));
  }
  return {};
}

Did destroy_withdrawn(Casework& casework, std::span<const std::int64_t> reports, const std::string& why) {
  for (const std::int64_t n : reports) {
    const auto kept = retention_of(casework, std::nullopt, n);
    if (!kept) return tl::unexpected(kept.error());
    if (auto done = destroy_one(casework, *kept, why, nullptr); !done) return done;
  }
  return {};
}

tl::expected<std::size_t, Problem> carry_out(Casework& casework, const DeskPolicy& policy,
                                             const crypto::VerifyKey& organisation, const Order& order) {
  const auto what = order.approvable();
  if (!crypto::approved_by_two(what.text, order.signed_by, approvers_of(policy, organisation), what.site,
                               what.mark) ||
      order.organisation != organisation.site())
    return problem(
        "It needs the approvals of two people whose keys are the organisation's or named as officers in the "
        "desk's "
        "policy: `sandyk-desk retention sign`.");
  const auto reports = ordered(casework, policy, order);
  if (!reports) return tl::unexpected(reports.error());
  if (order.act == "destroy")
    for (const Kept& kept : *reports)
      if (kept.is_held) return problem(fmt::format("The report {} is held: it is not destroyed.", kept.n));
  for (const Kept& kept : *reports) {
    const Did done =
        order.act == "destroy"
            ? destroy_one(casework, kept, fmt::format("order {}: {}", order.id, order.reason), &order)
        : order.act == "hold" ? hold_one(casework, kept.n, order)
                              : release_one(casework, kept.n, order);
    if (!done) return tl::unexpected(done.error());
  }
  return reports->size();
}

Incident for_statistics(const Incident& incident) {
  Incident row;
  row.id = incident.id;
  row.case_id = incident.case_id;
  row.types = incident.types;
  if (incident.when) {
    const std::string month = incident.when->start.text().substr(0, 7);
    const auto start = PartialDate::parse(month);
    if (start) row.when = When{*start, {}, start->has_month() ? "month" : "year", ""};
  }
  row.where.country = incident.where.country;
  row.where.region = incident.where.region;
  for (const Target& target : incident.targets)
    if (!target.role.empty()) row.targets.push_back({"", target.role});
  for (const Actor& actor : incident.actors)
    if (!actor.type.empty()) row.actors.push_back({"", actor.type, "", ""});
  for (const Trigger& trigger : incident.trigger) row.trigger.push_back({trigger.type, ""});
  row.reported_to = incident.reported_to;
  for (const Response& response : incident.response)
    row.response.push_back({std::nullopt, response.code, response.by});
  row.sources = incident.sources;
  row.verification = incident.verification;
  row.consent = incident.consent;
  row.retention_class = "statistics";
  row.fictional = incident.fictional;
  return row;
}

}  // namespace sandyk::desk
