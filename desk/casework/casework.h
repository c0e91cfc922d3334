// Cases as staff code them, in the case file: incidents with their sources, entities, relations, actions.
// What is written is checked first: references exist, and no incident allows more than its reports do.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "desk/case_file.h"
#include "desk/casework/action.h"
#include "desk/casework/case.h"
#include "desk/casework/consent.h"
#include "desk/casework/entity.h"
#include "desk/casework/incident.h"
#include "desk/casework/relation.h"
#include "desk/casework/rows.h"

namespace sandyk::desk {

/// Which incidents; what is empty asks for nothing.
struct IncidentFilter {
  std::string case_id = {}, entity = {}, family = {}, type = {}, region = {};
  std::string consent = {};  ///< that they allow this use, such as `publish_no_names`
  std::optional<std::int64_t> report = {};
  std::optional<PartialDate> from = {}, to = {};  ///< that something of them may lie in between
};

/// Whether what an incident names must be there already. A file of many names what comes later in it.
enum class References { checked, later };

class Casework {
 public:
  /// Short-lived: one for each thing that is done. `today` stands in what is logged.
  Casework(CaseFile& file, crypto::Date today) : file_(file), today_(today) {}

  [[nodiscard]] tl::expected<std::vector<Incident>, Problem> incidents(const IncidentFilter& filter = {});
  [[nodiscard]] tl::expected<std::optional<Incident>, Problem> incident(const std::string& id);
  /// The next free `I-01`.
  [[nodiscard]] tl::expected<std::string, Problem> next_incident_id();
  /// Adds or changes; returns what is stored. Consent that was not given becomes what the sources allow.
  [[nodiscard]] tl::expected<Incident, Problem> put(Incident incident,
                                                    References references = References::checked);
  [[nodiscard]] Did remove_incident(const std::string& id);
  /// What is wrong with references of an incident; an empty text when nothing is.
  [[nodiscard]] tl::expected<std::string, Problem> missing_reference(const Incident& incident);
  /// Adds a report to an incident's sources. Where the report allows less, so does the incident then.
  [[nodiscard]] tl::expected<Incident, Problem> add_source(const std::string& incident, std::int64_t report);

  [[nodiscard]] tl::expected<std::vector<Case>, Problem> cases();
  [[nodiscard]] Did put(const Case& one);
  [[nodiscard]] tl::expected<std::vector<Entity>, Problem> entities();
  [[nodiscard]] Did put(const Entity& entity);
  /// Refused while something names it.
  [[nodiscard]] Did remove_entity(const std::string& id);
  [[nodiscard]] tl::expected<std::vector<Relation>, Problem> relations();
  [[nodiscard]] Did put(const Relation& relation);
  [[nodiscard]] Did remove(const Relation& relation);
  [[nodiscard]] tl::expected<std::vector<Action>, Problem> actions(const std::string& case_id = {});
  [[nodiscard]] Did put(const Action& action, References references = References::checked);
  [[nodiscard]] Did remove_action(const std::string& id);

  /// The reports that the incidents of a filter were coded from, sorted.
  [[nodiscard]] tl::expected<std::vector<std::int64_t>, Problem> reports_of(const IncidentFilter& filter);
  /// What a report allows; as it was when it was coded, once it is deleted.
  [[nodiscard]] tl::expected<Consent, Problem> consent_of(std::int64_t report);
  /// A report by its number or its id in hex.
  [[nodiscard]] tl::expected<std::int64_t, Problem> report_number(const std::string& number_or_id);

  CaseFile& file() { return file_; }
  crypto::Date today() const { return today_; }

 private:
  storage::Database& db() { return file_.database(); }
  tl::expected<bool, Problem> is_there(std::string_view table, std::string_view id);
  tl::expected<std::vector<std::int64_t>, Problem> sources_of(Incident& incident);
  Did settle_consent(Incident& incident, const std::vector<std::int64_t>& reports);
  Did write_sources(const Incident& incident, const std::vector<std::int64_t>& reports);

  CaseFile& file_;
  crypto::Date today_;
};

/// Fills what is made from incidents, entities and notes, and is in no backup, when it is not there.
[[nodiscard]] tl::expected<void, storage::DbFault> fill_casework(storage::Database& database);

}  // namespace sandyk::desk
