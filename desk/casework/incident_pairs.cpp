#include "desk/casework/incident_pairs.h"

#include <algorithm>

#include "desk/casework/marks.h"
#include "desk/folding.h"

namespace sandyk::desk {
namespace {

using std::chrono::days;

constexpr days wave{2}, series{45};

/// How grave a family is; 0 where a step up says nothing.
int gravity(std::string_view family) {
  if (family == "smear") return 1;
  if (family == "threat" || family == "surveillance") return 2;
  if (family == "property" || family == "liberty") return 3;
  return family == "physical" ? 4 : 0;
}

int gravity(const Incident& incident) {
  int most = 0;
  for (const std::string& family : families_of(incident)) most = std::max(most, gravity(family));
  return most;
}

bool are_linked(const Incident& a, const Incident& b) {
  const auto names = [](const Incident& one, const std::string& id) {
    return std::ranges::find(one.links, id, &Link::to) != one.links.end();
  };
  return names(a, b.id) || names(b, a.id);
}

/// Days from the end of one to the start of the other; negative when they overlap in the other order.
std::optional<days> between(const Incident& earlier, const Incident& later) {
  if (!earlier.when || !later.when) return std::nullopt;
  return later.when->first_day() - earlier.when->first_day();
}

std::string common_type(const Incident& a, const Incident& b) {
  for (const std::string& type : a.types)
    if (std::ranges::find(b.types, type) != b.types.end()) return type;
  return {};
}

std::string common_trigger(const Incident& a, const Incident& b) {
  for (const Trigger& trigger : a.trigger)
    if (!trigger.entity.empty() &&
        std::ranges::find(b.trigger, trigger.entity, &Trigger::entity) != b.trigger.end())
      return trigger.entity;
  return {};
}

std::string common_evidence(const Incident& a, const Incident& b) {
  for (const Evidence& one : a.evidence)
    for (const Evidence& other : b.evidence)
      if (one.sha256 && one.sha256 == other.sha256) return one.id;
  return {};
}

void add(Suggestion& suggestion, double score, const char* code, std::string detail) {
  suggestion.score += score;
  suggestion.why.push_back({code, std::move(detail)});
}

}  // namespace

IncidentPairs::IncidentPairs(const std::vector<Incident>& incidents, const std::vector<Relation>& relations)
    : incidents_(incidents) {
  for (const Relation& relation : relations) {
    constexpr std::string_view far[] = {"authored", "published", "named_in"};
    if (std::ranges::find(far, relation.type) != std::end(far)) continue;
    close_.emplace(relation.from, relation.to);
    close_.emplace(relation.to, relation.from);
  }
  for (const Incident& one : incidents_) {
    auto& marks = marks_[one.id];
    for (const Mark& mark : marks_of(fold(one.title + "\n" + one.summary)))
      if (mark.kind == "number" || mark.kind == "plate") marks.emplace_back(mark.kind, mark.value);
  }
}

bool IncidentPairs::are_close(const std::string& a, const std::string& b) const {
  return a == b || close_.contains({a, b});
}

std::vector<std::string> IncidentPairs::common_targets(const Incident& a, const Incident& b) const {
  std::vector<std::string> common;
  for (const Target& one : a.targets)
    for (const Target& other : b.targets)
      if (!one.entity.empty() && !other.entity.empty() && are_close(one.entity, other.entity))
        common.push_back(one.entity);
  return common;
}

std::optional<Suggestion> IncidentPairs::compare(const Incident& later, const Incident& earlier) const {
  const auto apart = between(earlier, later);
  if (!apart || *apart < days(0) || are_linked(later, earlier)) return std::nullopt;
  Suggestion found{"", "incident:" + later.id, "incident:" + earlier.id, {}, 0};
  for (const auto& [kind, value] : marks_.at(later.id))
    if (std::ranges::find(marks_.at(earlier.id), std::pair(kind, value)) != marks_.at(earlier.id).end()) {
      found.kind = "same_actor";
      add(found, 5, kind == "number" ? "same_number" : "same_plate", value);
    }
  if (const auto evidence = common_evidence(later, earlier); !evidence.empty()) {
    found.kind = "duplicate_of";
    add(found, 6, "same_hash", evidence);
  }
  const auto targets = common_targets(later, earlier);
  const std::string type = common_type(later, earlier), trigger = common_trigger(later, earlier);
  const bool is_step_up = gravity(earlier) > 0 && gravity(later) > gravity(earlier) && *apart > days(0);
  const auto same_days = earlier.when->last_day() + wave >= later.when->first_day();
  if (!type.empty() && !targets.empty() && *apart == days(0)) {
    if (found.kind.empty()) found.kind = "duplicate_of";
    add(found, 4, "same_family", type);
    add(found, 1, "near_date", later.when->start.text());
  } else if (!type.empty() && !trigger.empty() && same_days) {
    if (found.kind.empty()) found.kind = "part_of";
    add(found, 2, "same_family", type);
    add(found, 2, "same_trigger", trigger);
    add(found, 1, "near_date", later.when->start.text());
  } else if (!type.empty() && !targets.empty() && *apart <= series) {
    if (found.kind.empty()) found.kind = "repeats";
    add(found, 3, "same_family", type);
  } else if (is_step_up && !targets.empty() && *apart <= series) {
    if (found.kind.empty()) found.kind = "escalates";
    add(found, 3, "escalation", families_of(earlier).front() + " → " + families_of(later).front());
    if (!trigger.empty()) add(found, 0.5, "same_trigger", trigger);
    // The nearer the step, the more it says.
    found.score += 1.0 - static_cast<double>(apart->count()) / static_cast<double>(series.count());
  }
  if (found.kind.empty()) return std::nullopt;
  return found;
}

std::vector<Suggestion> IncidentPairs::all(std::size_t most) const {
  std::vector<Suggestion> found;
  for (const Incident& later : incidents_) {
    std::vector<Suggestion> of_one;
    for (const Incident& earlier : incidents_) {
      if (&later == &earlier) continue;
      const bool is_same_day =
          later.when && earlier.when && later.when->first_day() == earlier.when->first_day();
      if (is_same_day && later.id < earlier.id) continue;  // each pair once
      if (auto one = compare(later, earlier)) of_one.push_back(std::move(*one));
    }
    std::ranges::stable_sort(of_one, std::greater<>(), &Suggestion::score);
    if (of_one.size() > most) of_one.resize(most);
    // Of several earlier ones the nearest is the step that was taken: one of each kind.
    std::set<std::string> kinds;
    for (auto& one : of_one)
      if (kinds.insert(one.kind).second) found.push_back(std::move(one));
  }
  return found;
}

}  // namespace sandyk::desk
