#include "desk/casework/casework.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "desk/casework/case_texts.h"

namespace sandyk::desk {
namespace {

using crypto::exit_usage;
using crypto::Json;
using storage::Statement;

/// Our own rows. What cannot be read in them is damage.
tl::expected<Incident, Problem> read_row(std::string_view json) {
  auto one = parse_incident(crypto::bytes_of(json), UnknownCodes::kept);
  if (!one) return problem(std::string(say(storage::DbFault::damaged)));
  return one;
}

/// Conditions, and what stands for each `?` in them.
struct Conditions {
  std::string sql = " WHERE 1";
  std::vector<std::string> values;

  void facet(const char* name, const std::string& value) {
    if (value.empty()) return;
    sql += fmt::format(
        " AND EXISTS(SELECT 1 FROM incident_facets f WHERE f.incident = i.id AND f.facet = '{}' AND f.value "
        "= ?)",
        name);
    values.push_back(value);
  }
  void day(const char* facet, const char* compare, const std::string& value) {
    sql += fmt::format(
        " AND EXISTS(SELECT 1 FROM incident_facets f WHERE f.incident = i.id AND f.facet = '{}' AND f.value "
        "{} ?)",
        facet, compare);
    values.push_back(value);
  }
};

Conditions conditions(const IncidentFilter& filter) {
  Conditions where;
  where.facet("case", filter.case_id);
  where.facet("entity", filter.entity);
  where.facet("family", filter.family);
  where.facet("type", filter.type);
  where.facet("region", filter.region);
  where.facet("consent", filter.consent);
  if (filter.from) where.day("last", ">=", crypto::Date(filter.from->first_day()).text());
  if (filter.to) where.day("first", "<=", crypto::Date(filter.to->last_day()).text());
  if (filter.report)
    where.sql +=
        fmt::format(" AND EXISTS(SELECT 1 FROM incident_sources s WHERE s.incident = i.id AND s.report = {})",
                    *filter.report);
  return where;
}

template <typename Each>
Did select(storage::Database& database, const std::string& sql, const std::vector<std::string>& values,
           Each each) {
  auto statement = database.prepare(sql);
  if (!statement) return rows::failed(statement.error());
  int at = 0;
  for (const std::string& value : values) statement->bind(++at, std::string_view(value));
  while (true) {
    const auto row = statement->step();
    if (!row) return rows::failed(row.error());
    if (!*row) return {};
    each(static_cast<const Statement&>(*statement));
  }
}

/// `count publish_no_names`: how the consent of a report is kept beside its incident.
std::string joined(const Consent& consent) {
  std::string text;
  for (const std::string& use : consent) text += (text.empty() ? "" : " ") + use;
  return text;
}

Consent split(std::string_view text) {
  Consent consent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) consent.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return consent;
}

Did read_sources(storage::Database& database, std::vector<Incident>& incidents, const std::string& only) {
  const std::string sql = fmt::format(
      "SELECT s.incident, lower(hex(r.id)), s.relation FROM incident_sources s JOIN reports r ON r.n = "
      "s.report {} "
      "ORDER BY s.incident, s.place",
      only.empty() ? "" : "WHERE s.incident = ?");
  return select(database, sql, only.empty() ? std::vector<std::string>() : std::vector{only},
                [&](const Statement& row) {
                  const auto id = row.text(0).value_or("");
                  const auto found = std::ranges::find(incidents, id, &Incident::id);
                  if (found == incidents.end()) return;
                  found->sources.push_back(
                      {std::string(row.text(1).value_or("")), std::string(row.text(2).value_or(""))});
                });
}

}  // namespace

tl::expected<std::vector<Incident>, Problem> Casework::incidents(const IncidentFilter& filter) {
  const Conditions where = conditions(filter);
  std::vector<Incident> found;
  std::optional<Problem> damage;
  auto done = select(db(),
                     "SELECT i.json, (SELECT min(value) FROM incident_facets d WHERE d.incident = i.id AND "
                     "d.facet = 'first') AS "
                     "first FROM incidents i" +
                         where.sql + " ORDER BY first, i.id",
                     where.values, [&](const Statement& row) {
                       auto one = read_row(row.text(0).value_or(""));
                       if (one)
                         found.push_back(std::move(*one));
                       else
                         damage = one.error();
                     });
  if (done) done = read_sources(db(), found, {});
  if (!done) return tl::unexpected(done.error());
  if (damage) return tl::unexpected(*damage);
  return found;
}

tl::expected<std::optional<Incident>, Problem> Casework::incident(const std::string& id) {
  const auto json = rows::ask_text(db(), "SELECT json FROM incidents WHERE id = ?", std::string_view(id));
  if (!json) return tl::unexpected(json.error());
  if (!*json) return std::nullopt;
  auto one = read_row(**json);
  if (!one) return tl::unexpected(one.error());
  std::vector<Incident> alone{std::move(*one)};
  if (auto done = read_sources(db(), alone, id); !done) return tl::unexpected(done.error());
  return std::move(alone.front());
}

tl::expected<std::string, Problem> Casework::next_incident_id() {
  const auto last = rows::ask_number(
      db(),
      "SELECT coalesce(max(CAST(substr(id, 3) AS INTEGER)), 0) FROM incidents WHERE id GLOB 'I-[0-9]*' AND "
      "length(id) <= 11");
  if (!last) return tl::unexpected(last.error());
  return fmt::format("I-{:02}", last->value_or(0) + 1);
}

tl::expected<bool, Problem> Casework::is_there(std::string_view table, std::string_view id) {
  const auto found = rows::ask_number(db(), fmt::format("SELECT 1 FROM {} WHERE id = ?", table), id);
  if (!found) return tl::unexpected(found.error());
  return found->has_value();
}

tl::expected<std::int64_t, Problem> Casework::report_number(const std::string& text) {
  constexpr std::size_t most_digits = 15;
  std::int64_t n = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), n);
  tl::expected<std::optional<std::int64_t>, Problem> found;
  if (text.size() <= most_digits && fault == std::errc() && end == text.data() + text.size()) {
    found = rows::ask_number(db(), "SELECT n FROM reports WHERE n = ? AND state <> 'cover'", n);
  } else {
    const auto id = crypto::ReportId::parse(text);
    if (!id)
      return problem(fmt::format("{} is neither the number nor the id of a report.", text), exit_usage);
    found = rows::ask_number(db(), "SELECT n FROM reports WHERE id = ? AND state <> 'cover'", id->bytes());
  }
  if (!found) return tl::unexpected(found.error());
  if (!*found) return problem(fmt::format("The report {} is not in the case file.", text), exit_usage);
  return **found;
}

tl::expected<Consent, Problem> Casework::consent_of(std::int64_t report) {
  Consent consent;
  auto done = rows::for_each(
      db(), "SELECT code FROM codes WHERE report = ? AND field = 'consent'",
      [&](const Statement& row) { consent.emplace_back(row.text(0).value_or("")); }, report);
  if (!done) return tl::unexpected(done.error());
  const auto listed = rows::ask_number(db(), "SELECT 1 FROM glance WHERE report = ?", report);
  if (!listed) return tl::unexpected(listed.error());
  if (*listed) return consent;
  const auto coded =
      rows::ask_text(db(), "SELECT consent FROM incident_sources WHERE report = ? LIMIT 1", report);
  if (!coded) return tl::unexpected(coded.error());
  return split(coded->value_or(""));
}

tl::expected<std::vector<std::int64_t>, Problem> Casework::sources_of(Incident& incident) {
  std::vector<std::int64_t> reports;
  for (Source& source : incident.sources) {
    const auto n = report_number(source.report);
    if (!n) return tl::unexpected(n.error());
    if (std::ranges::find(reports, *n) != reports.end())
      return problem("sources: the same report twice.", exit_usage);
    const auto id = rows::ask_text(db(), "SELECT lower(hex(id)) FROM reports WHERE n = ?", *n);
    if (!id) return tl::unexpected(id.error());
    source.report = id->value_or("");
    reports.push_back(*n);
  }
  return reports;
}

Did Casework::settle_consent(Incident& incident, const std::vector<std::int64_t>& reports) {
  std::vector<Consent> allowed;
  for (const std::int64_t report : reports) {
    auto consent = consent_of(report);
    if (!consent) return tl::unexpected(consent.error());
    allowed.push_back(std::move(*consent));
  }
  const Consent strict = strictest(allowed);
  if (incident.consent.empty()) incident.consent = strict;
  if (reports.empty() || is_within(incident.consent, strict)) return {};
  return problem(
      fmt::format("consent: it is wider than the strictest of the incident's reports, which is: {}.",
                  joined(strict)),
      exit_usage);
}

tl::expected<std::string, Problem> Casework::missing_reference(const Incident& incident) {
  std::vector<std::pair<std::string, std::string>> entities;  // where it is named, and its id
  for (const Target& target : incident.targets) entities.emplace_back("targets", target.entity);
  for (const Actor& actor : incident.actors) entities.emplace_back("actors", actor.entity);
  for (const Trigger& trigger : incident.trigger) entities.emplace_back("trigger", trigger.entity);
  for (const auto& [where, id] : entities) {
    const auto there = id.empty() ? tl::expected<bool, Problem>(true) : is_there("entities", id);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return fmt::format("{}: there is no entity {}.", where, id);
  }
  if (!incident.case_id.empty()) {
    const auto there = is_there("cases", incident.case_id);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return fmt::format("case_id: there is no case {}.", incident.case_id);
  }
  for (const Link& link : incident.links) {
    auto there = is_there("incidents", link.to);
    if (there && !*there) there = is_there("entities", link.to);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return fmt::format("links: there is no incident or entity {}.", link.to);
  }
  return std::string();
}

Did Casework::write_sources(const Incident& incident, const std::vector<std::int64_t>& reports) {
  std::vector<std::int64_t> before;
  const std::string_view id = incident.id;
  auto done = rows::for_each(
      db(), "SELECT report FROM incident_sources WHERE incident = ?",
      [&](const Statement& row) { before.push_back(row.integer(0).value_or(0)); }, id);
  if (!done) return done;
  const auto has = [](const std::vector<std::int64_t>& list, std::int64_t n) {
    return std::ranges::find(list, n) != list.end();
  };
  std::vector<std::string> consents;
  for (const std::int64_t report : reports) {
    const auto consent = consent_of(report);
    if (!consent) return tl::unexpected(consent.error());
    consents.push_back(joined(*consent));
  }
  if (done = rows::change(db(), "DELETE FROM incident_sources WHERE incident = ?", id); !done) return done;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    done = rows::change(
        db(),
        "INSERT INTO incident_sources(incident, report, place, relation, consent) VALUES(?, ?, ?, ?, ?)", id,
        reports[i], static_cast<std::int64_t>(i), std::string_view(incident.sources[i].relation),
        std::string_view(consents[i]));
    if (!done) return done;
    if (!has(before, reports[i]))
      if (done = file_.note(reports[i], today_, "coded", "into incident " + incident.id); !done) return done;
  }
  for (const std::int64_t report : before)
    if (!has(reports, report))
      if (done = file_.note(report, today_, "coded", "no longer a source of incident " + incident.id); !done)
        return done;
  return {};
}

tl::expected<Incident, Problem> Casework::put(Incident incident, References references) {
  auto together = rows::Together::begin(db());
  if (!together) return tl::unexpected(together.error());
  const auto reports = sources_of(incident);
  if (!reports) return tl::unexpected(reports.error());
  if (auto done = settle_consent(incident, *reports); !done) return tl::unexpected(done.error());
  if (references == References::checked) {
    const auto missing = missing_reference(incident);
    if (!missing) return tl::unexpected(missing.error());
    if (!missing->empty()) return problem(*missing, exit_usage);
  }
  const auto sources = std::exchange(incident.sources, {});  // they stand in a table of their own
  const std::string json = write_incident(incident).dump();
  incident.sources = sources;
  auto done = rows::change(
      db(), "INSERT INTO incidents(id, json) VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET json = excluded.json",
      std::string_view(incident.id), std::string_view(json));
  if (done) done = write_sources(incident, *reports);
  if (done) done = index_incident(db(), incident);
  if (done) done = together->commit();
  if (!done) return tl::unexpected(done.error());
  return incident;
}

Did Casework::remove_incident(const std::string& id) {
  auto together = rows::Together::begin(db());
  if (!together) return tl::unexpected(together.error());
  const auto linked = rows::ask_text(
      db(), "SELECT incident FROM incident_facets WHERE facet = 'linked' AND value = ? LIMIT 1",
      std::string_view(id));
  if (!linked) return tl::unexpected(linked.error());
  if (*linked)
    return problem(fmt::format("{} is linked to it: take that link away first.", **linked), exit_usage);
  const auto all = actions();
  if (!all) return tl::unexpected(all.error());
  for (const Action& action : *all)
    if (std::ranges::find(action.covers, id) != action.covers.end())
      return problem(fmt::format("The action {} covers it: change that first.", action.id), exit_usage);
  auto one = incident(id);
  if (!one) return tl::unexpected(one.error());
  if (!*one) return problem(fmt::format("There is no incident {}.", id), exit_usage);
  (*one)->sources.clear();
  auto done = write_sources(**one, {});
  if (done) done = rows::change(db(), "DELETE FROM incidents WHERE id = ?", std::string_view(id));
  if (done) done = rows::change(db(), "DELETE FROM incident_facets WHERE incident = ?", std::string_view(id));
  if (done) done = forget_text(db(), "incident:" + id);
  return done ? together->commit() : done;
}

tl::expected<Incident, Problem> Casework::add_source(const std::string& id, std::int64_t report) {
  auto one = incident(id);
  if (!one) return tl::unexpected(one.error());
  if (!*one) return problem(fmt::format("There is no incident {}.", id), exit_usage);
  auto allowed = consent_of(report);
  if (!allowed) return tl::unexpected(allowed.error());
  std::string relation;
  const auto said =
      rows::ask_text(db(), "SELECT code FROM codes WHERE report = ? AND field = 'reporter_relation'", report);
  if (!said) return tl::unexpected(said.error());
  (*one)->sources.push_back({std::to_string(report), said->value_or("")});
  (*one)->consent = strictest(std::vector<Consent>{(*one)->consent, std::move(*allowed)});
  return put(std::move(**one));
}

tl::expected<std::vector<std::int64_t>, Problem> Casework::reports_of(const IncidentFilter& filter) {
  const Conditions where = conditions(filter);
  std::vector<std::int64_t> reports;
  auto done =
      select(db(),
             "SELECT DISTINCT x.report FROM incidents i JOIN incident_sources x ON x.incident = i.id" +
                 where.sql + " ORDER BY x.report",
             where.values, [&](const Statement& row) { reports.push_back(row.integer(0).value_or(0)); });
  if (!done) return tl::unexpected(done.error());
  return reports;
}

}  // namespace sandyk::desk
