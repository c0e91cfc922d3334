#include "desk/casework/incident.h"

#include <algorithm>

namespace sandyk::desk {
namespace {

using crypto::Json;
using Need = ObjectReader::Need;

constexpr double most_outage_hours = 24.0 * 3660;

/// What the way in which a date is written says of its precision; a day may also stand for its week.
bool fits(std::string_view precision, const PartialDate& start) {
  if (precision == "day" || precision == "week") return start.has_day();
  if (precision == "month") return start.has_month() && !start.has_day();
  if (precision == "year") return !start.has_month();
  return true;  // unknown, or a code of a newer vocabulary
}

std::string precision_of(const PartialDate& start) {
  if (start.has_day()) return "day";
  return start.has_month() ? "month" : "year";
}

std::optional<When> read_when(ObjectReader& in) {
  const auto start = in.date("start", Need::required);
  const auto end = in.date("end");
  std::string precision = in.code("precision", "date_precision");
  std::string time_of_day = in.code("time_of_day", "time_of_day");
  if (!start) return std::nullopt;
  if (precision.empty()) precision = precision_of(*start);
  if (!fits(precision, *start))
    in.refuse("precision", "it does not fit how the start is written: a month is YYYY-MM, a day YYYY-MM-DD");
  if (end && end->last_day() < start->first_day()) in.refuse("end", "it is before the start");
  return When{*start, end, std::move(precision), std::move(time_of_day)};
}

Where read_where(ObjectReader& in) {
  return {in.code("country", "country"), in.code("region", "region"), in.code("area", "area"),
          in.code("place_type", "place_type")};
}

Target read_target(ObjectReader& in) {
  return {in.id("entity"), in.code("role", "target_role")};
}

Actor read_actor(ObjectReader& in) {
  return {in.id("entity"), in.code("type", "actor_type"), in.code("basis", "actor_basis"),
          in.code("involvement", "involvement")};
}

Trigger read_trigger(ObjectReader& in) {
  return {in.code("type", "trigger", Need::required), in.id("entity")};
}

Impact read_impact(ObjectReader& in) {
  Impact impact;
  impact.injury = in.code("injury", "injury");
  impact.outage_hours = in.number("outage_hours", most_outage_hours);
  impact.amount_frozen = in.text("amount_frozen", max_line_chars);
  impact.work_stopped = in.flag("work_stopped");
  impact.relocated = in.flag("relocated");
  return impact;
}

Response read_response(ObjectReader& in) {
  return {in.date("date"), in.code("code", "authority_response", Need::required),
          in.code("by", "actor_type")};
}

Link read_link(ObjectReader& in) {
  return {in.id("to", Need::required), in.code("type", "incident_link", Need::required)};
}

std::optional<EvidenceCustody> read_custody(ObjectReader& in) {
  std::string event = in.code("event", "custody_event", Need::required);
  const auto at = in.day("at", Need::required);
  std::string by = in.id("by");
  if (!at) return std::nullopt;
  return EvidenceCustody{std::move(event), *at, std::move(by)};
}

Evidence read_evidence(ObjectReader& in) {
  Evidence evidence;
  evidence.id = in.id("id", Need::required);
  evidence.kind = in.code("kind", "evidence_kind", Need::required);
  const std::string hex = in.text("sha256", max_id_size);
  if (!hex.empty()) evidence.sha256 = crypto::Digest::parse(hex);
  if (!hex.empty() && !evidence.sha256) in.refuse("sha256", "not a SHA-256: 64 lower-case hex digits");
  evidence.original = in.flag("original");
  for (auto& event : in.list("custody", read_custody))
    if (event) evidence.custody.push_back(std::move(*event));
  return evidence;
}

Source read_source(ObjectReader& in) {
  return {in.id("report", Need::required), in.code("relation", "reporter_relation")};
}

/// `desk_only` stands alone.
void check_consent(ObjectReader& in, const std::vector<std::string>& consent) {
  if (consent.size() > 1 && std::ranges::find(consent, "desk_only") != consent.end())
    in.refuse("consent", "desk_only allows nothing else beside it");
}

Incident read_incident(ObjectReader& in) {
  Incident one;
  one.id = in.id("id", Need::required);
  one.case_id = in.id("case_id");
  one.title = in.text("title", max_title_chars);
  one.types = in.codes("types", "incident_type", Need::required);
  one.when = in.object("when", read_when).value_or(std::nullopt);
  one.where = in.object("where", read_where).value_or(Where{});
  one.channel = in.codes("channel", "channel");
  one.targets = in.list("targets", read_target);
  one.actors = in.list("actors", read_actor);
  one.trigger = in.list("trigger", read_trigger);
  one.impact = in.object("impact", read_impact).value_or(Impact{});
  one.reported_to = in.codes("reported_to", "reported_to");
  one.response = in.list("response", read_response);
  one.links = in.list("links", read_link);
  one.evidence = in.list("evidence", read_evidence);
  one.sources = in.list("sources", read_source);
  one.verification = in.code("verification", "verification");
  if (one.verification.empty()) one.verification = "unreviewed";
  one.consent = in.codes("consent", "consent");
  check_consent(in, one.consent);
  one.summary = in.text("summary", max_summary_chars);
  one.retention_class = in.code("retention_class", "retention_class");
  one.fictional = in.flag("fictional").value_or(false);
  for (const Link& link : one.links)
    if (link.to == one.id) in.refuse("links", "an incident is not linked to itself");
  return one;
}

// --- writing ---------------------------------------------------------------------------------------

void put(Json& out, const char* name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}
void put(Json& out, const char* name, const std::vector<std::string>& texts) {
  if (!texts.empty()) out[name] = texts;
}
void put(Json& out, const char* name, const std::optional<bool>& flag) {
  if (flag) out[name] = *flag;
}
void put(Json& out, const char* name, Json object) {
  if (!object.empty()) out[name] = std::move(object);
}
void put(Json& out, const char* name, const std::optional<PartialDate>& date) {
  if (date) out[name] = date->text();
}

Json write(const Target&);
Json write(const Actor&);
Json write(const Trigger&);
Json write(const Response&);
Json write(const Link&);
Json write(const EvidenceCustody&);
Json write(const Evidence&);
Json write(const Source&);

template <typename Entry>
void put_list(Json& out, const char* name, const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  Json list = Json::array();
  for (const Entry& entry : entries) list.push_back(write(entry));
  out[name] = std::move(list);
}

Json write(const Target& target) {
  Json out = Json::object();
  put(out, "entity", target.entity);
  put(out, "role", target.role);
  return out;
}

Json write(const Actor& actor) {
  Json out = Json::object();
  put(out, "entity", actor.entity);
  put(out, "type", actor.type);
  put(out, "basis", actor.basis);
  put(out, "involvement", actor.involvement);
  return out;
}

Json write(const Trigger& trigger) {
  Json out = Json::object();
  put(out, "type", trigger.type);
  put(out, "entity", trigger.entity);
  return out;
}

Json write(const Impact& impact) {
  Json out = Json::object();
  put(out, "injury", impact.injury);
  if (impact.outage_hours) {
    const auto whole = static_cast<std::int64_t>(*impact.outage_hours);
    if (static_cast<double>(whole) == *impact.outage_hours)
      out["outage_hours"] = whole;
    else
      out["outage_hours"] = *impact.outage_hours;
  }
  put(out, "amount_frozen", impact.amount_frozen);
  put(out, "work_stopped", impact.work_stopped);
  put(out, "relocated", impact.relocated);
  return out;
}

Json write(const Response& response) {
  Json out = Json::object();
  put(out, "date", response.date);
  put(out, "code", response.code);
  put(out, "by", response.by);
  return out;
}

Json write(const Link& link) {
  return {{"to", link.to}, {"type", link.type}};
}

Json write(const EvidenceCustody& custody) {
  Json out = {{"event", custody.event}, {"at", custody.at.text()}};
  put(out, "by", custody.by);
  return out;
}

Json write(const Evidence& evidence) {
  Json out = {{"id", evidence.id}, {"kind", evidence.kind}};
  if (evidence.sha256) out["sha256"] = evidence.sha256->hex();
  put(out, "original", evidence.original);
  put_list(out, "custody", evidence.custody);
  return out;
}

Json write(const Source& source) {
  Json out = {{"report", source.report}};
  put(out, "relation", source.relation);
  return out;
}

Json write(const When& when) {
  Json out = Json::object();
  put(out, "start", std::optional(when.start));
  put(out, "end", when.end);
  put(out, "precision", when.precision);
  put(out, "time_of_day", when.time_of_day);
  return out;
}

Json write(const Where& where) {
  Json out = Json::object();
  put(out, "country", where.country);
  put(out, "region", where.region);
  put(out, "area", where.area);
  put(out, "place_type", where.place_type);
  return out;
}

}  // namespace

std::chrono::sys_days When::first_day() const {
  return start.first_day();
}
std::chrono::sys_days When::last_day() const {
  const auto last = end ? end->last_day() : start.last_day();
  return precision == "week" && !end ? last + std::chrono::days(6) : last;
}

tl::expected<Incident, Problem> parse_incident(const Json& json, UnknownCodes unknown) {
  return read_object(json, unknown, read_incident);
}

tl::expected<Incident, Problem> parse_incident(crypto::ByteView bytes, UnknownCodes unknown) {
  const auto json = crypto::parse_json(bytes, max_object_size);
  if (!json) return problem("It is not JSON in UTF-8 of at most 256 KiB.", crypto::exit_usage);
  return parse_incident(*json, unknown);
}

Json write_incident(const Incident& incident) {
  Json out = {{"id", incident.id}};
  put(out, "case_id", incident.case_id);
  put(out, "title", incident.title);
  put(out, "types", incident.types);
  if (incident.when) out["when"] = write(*incident.when);
  put(out, "where", write(incident.where));
  put(out, "channel", incident.channel);
  put_list(out, "targets", incident.targets);
  put_list(out, "actors", incident.actors);
  put_list(out, "trigger", incident.trigger);
  put(out, "impact", write(incident.impact));
  put(out, "reported_to", incident.reported_to);
  put_list(out, "response", incident.response);
  put_list(out, "links", incident.links);
  put_list(out, "evidence", incident.evidence);
  put_list(out, "sources", incident.sources);
  put(out, "verification", incident.verification);
  put(out, "consent", incident.consent);
  put(out, "summary", incident.summary);
  put(out, "retention_class", incident.retention_class);
  if (incident.fictional) out["fictional"] = true;
  return out;
}

std::string_view family_of(std::string_view type) {
  return type.substr(0, type.find('.'));
}

std::vector<std::string> families_of(const Incident& incident) {
  std::vector<std::string> families;
  for (const std::string& type : incident.types)
    if (std::ranges::find(families, family_of(type)) == families.end())
      families.emplace_back(family_of(type));
  return families;
}

}  // namespace sandyk::desk
