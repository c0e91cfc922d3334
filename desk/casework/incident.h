// An incident: one act or a tight series of them, coded by staff from one or more reports, in the fields of
// the vocabulary. An empty text or list means that nothing is known.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/bytes.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/json.h"
#include "desk/casework/object_reader.h"
#include "desk/casework/partial_date.h"
#include "desk/problem.h"

namespace sandyk::desk {

inline constexpr std::size_t max_title_chars = 160, max_summary_chars = 4000;

struct When {
  PartialDate start;
  std::optional<PartialDate> end;  ///< not before `start`
  std::string precision;           ///< date_precision; fits how `start` is written
  std::string time_of_day;
  bool operator==(const When&) const = default;

  std::chrono::sys_days first_day() const;
  std::chrono::sys_days last_day() const;
};

/// No coordinates and no street, on purpose.
struct Where {
  std::string country, region, area, place_type;
  bool operator==(const Where&) const = default;
};

struct Target {
  std::string entity, role;  ///< target_role
  bool operator==(const Target&) const = default;
};

struct Actor {
  std::string entity, type, basis, involvement;  ///< actor_type, actor_basis, involvement
  bool operator==(const Actor&) const = default;
};

struct Trigger {
  std::string type, entity;
  bool operator==(const Trigger&) const = default;
};

struct Impact {
  std::string injury;
  std::optional<double> outage_hours;
  std::string amount_frozen;
  std::optional<bool> work_stopped, relocated;
  bool operator==(const Impact&) const = default;
};

/// What an authority did: the upper steps of the answer ladder, and reversals.
struct Response {
  std::optional<PartialDate> date;
  std::string code, by;  ///< authority_response, actor_type
  bool operator==(const Response&) const = default;
};

struct Link {
  std::string to, type;  ///< an incident or entity; incident_link
  bool operator==(const Link&) const = default;
};

struct EvidenceCustody {
  std::string event;  ///< custody_event
  PartialDate at;
  std::string by;  ///< a role's id, never a name
  bool operator==(const EvidenceCustody&) const = default;
};

struct Evidence {
  std::string id, kind;  ///< evidence_kind
  std::optional<crypto::Digest> sha256;
  std::optional<bool> original;
  std::vector<EvidenceCustody> custody;
  bool operator==(const Evidence&) const = default;
};

struct Source {
  std::string report;    ///< its id, in hex, once it is in the case file
  std::string relation;  ///< reporter_relation
  bool operator==(const Source&) const = default;
};

struct Incident {
  std::string id, case_id, title;
  std::vector<std::string> types;  ///< incident_type, at least one
  std::optional<When> when;
  Where where;
  std::vector<std::string> channel;
  std::vector<Target> targets;
  std::vector<Actor> actors;
  std::vector<Trigger> trigger;
  Impact impact;
  std::vector<std::string> reported_to;
  std::vector<Response> response;
  std::vector<Link> links;
  std::vector<Evidence> evidence;
  std::vector<Source> sources;
  std::string verification = "unreviewed";
  std::vector<std::string> consent;  ///< empty while it is not decided: then the strictest of its sources
  std::string summary, retention_class;
  bool fictional = false;  ///< of samples and exercises
  bool operator==(const Incident&) const = default;
};

/// Any JSON gives an incident or a sentence about what is wrong, with its place.
[[nodiscard]] tl::expected<Incident, Problem> parse_incident(const crypto::Json& json, UnknownCodes unknown);
/// The same from bytes, of at most 256 KiB.
[[nodiscard]] tl::expected<Incident, Problem> parse_incident(crypto::ByteView json, UnknownCodes unknown);

/// In the vocabulary's order; reading it again gives an equal incident.
crypto::Json write_incident(const Incident& incident);

/// The families of its types, each once, in order.
std::vector<std::string> families_of(const Incident& incident);
/// The family of a type: what stands before the first dot.
std::string_view family_of(std::string_view type);

}  // namespace sandyk::desk
