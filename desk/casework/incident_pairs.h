// Pairs of incidents that may be one series: escalation, repetition, waves and duplicates.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "desk/casework/incident.h"
#include "desk/casework/relation.h"
#include "desk/casework/suggestions.h"

namespace sandyk::desk {

/// Incidents with their marks; entities that belong close together, such as a lawyer and who drives for him.
class IncidentPairs {
 public:
  IncidentPairs(const std::vector<Incident>& incidents, const std::vector<Relation>& relations);

  /// How `later` may belong to `earlier`; nothing when they are linked already, or nothing speaks for it.
  std::optional<Suggestion> compare(const Incident& later, const Incident& earlier) const;
  /// Each incident with those before it, at most `most` of each.
  std::vector<Suggestion> all(std::size_t most) const;

 private:
  std::vector<std::string> common_targets(const Incident& a, const Incident& b) const;
  bool are_close(const std::string& a, const std::string& b) const;

  const std::vector<Incident>& incidents_;
  std::set<std::pair<std::string, std::string>> close_;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>>
      marks_;  // kind and value, by incident
};

}  // namespace sandyk::desk
