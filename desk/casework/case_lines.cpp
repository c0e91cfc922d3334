#include "desk/casework/case_lines.h"

#include <fmt/format.h>

#include <algorithm>

namespace sandyk::desk {
namespace {

using crypto::exit_usage;
using crypto::Json;

tl::unexpected<Problem> at_line(std::size_t line, const Problem& what) {
  return problem(fmt::format("Line {}: {} Nothing was loaded.", line, what.say), what.exit);
}

class Loading {
 public:
  Loading(Casework& casework, const ReportNames& reports) : casework_(casework), reports_(reports) {}

  Did take(Json json) {
    if (!json.is_object()) return problem("It is not a JSON object.", exit_usage);
    const auto kind = crypto::text_member(json, "kind");
    if (!kind && json.contains("types")) return take_incident(json);
    if (!kind) return problem("It has neither kind nor types.", exit_usage);
    json.erase("kind");
    if (*kind == "incident") return take_incident(json);
    if (*kind == "case") return take_case(json);
    if (*kind == "entity") return take_entity(std::move(json));
    // A relation may stand before its entities: it waits for the end, as references of others do.
    if (*kind == "relation") return take_relation(json);
    if (*kind == "action") return take_action(json);
    return problem("kind: none of case, entity, relation, action, incident.", exit_usage);
  }

  void at(std::size_t line) { line_ = line; }
  std::size_t line() const { return line_; }

  /// What could only be looked at once all was there.
  Did finish() {
    for (const auto& [line, relation] : relations_) {
      line_ = line;
      if (auto done = casework_.put(relation); !done) return done;
    }
    for (const auto& [line, incident] : incidents_) {
      line_ = line;
      const auto missing = casework_.missing_reference(incident);
      if (!missing) return tl::unexpected(missing.error());
      if (!missing->empty()) return problem(*missing, exit_usage);
    }
    for (const auto& [line, action] : actions_) {
      line_ = line;
      if (auto done = casework_.put(action); !done) return done;
    }
    return {};
  }
  const Loaded& loaded() const { return loaded_; }

 private:
  Did take_incident(const Json& json) {
    auto one = parse_incident(json, UnknownCodes::refused);
    if (!one) return tl::unexpected(one.error());
    for (Source& source : one->sources) {
      const auto known = reports_.find(source.report);
      if (known != reports_.end()) source.report = known->second;
    }
    ++loaded_.incidents;
    auto stored = casework_.put(std::move(*one), References::later);
    if (!stored) return tl::unexpected(stored.error());
    incidents_.emplace_back(line_, std::move(*stored));
    return {};
  }
  Did take_case(const Json& json) {
    const auto one = parse_case(json, UnknownCodes::refused);
    if (!one) return tl::unexpected(one.error());
    ++loaded_.cases;
    return casework_.put(*one);
  }
  Did take_entity(Json json) {
    if (const auto kind = crypto::text_member(json, "entity_kind")) json["kind"] = *kind;
    json.erase("entity_kind");
    const auto one = parse_entity(json, UnknownCodes::refused);
    if (!one) return tl::unexpected(one.error());
    ++loaded_.entities;
    return casework_.put(*one);
  }
  Did take_relation(const Json& json) {
    auto one = parse_relation(json, UnknownCodes::refused);
    if (!one) return tl::unexpected(one.error());
    ++loaded_.relations;
    relations_.emplace_back(line_, std::move(*one));
    return {};
  }
  Did take_action(const Json& json) {
    auto one = parse_action(json, UnknownCodes::refused);
    if (!one) return tl::unexpected(one.error());
    ++loaded_.actions;
    actions_.emplace_back(line_, std::move(*one));
    return {};
  }

  Casework& casework_;
  const ReportNames& reports_;
  Loaded loaded_;
  std::size_t line_ = 0;
  std::vector<std::pair<std::size_t, Relation>> relations_;
  std::vector<std::pair<std::size_t, Incident>> incidents_;
  std::vector<std::pair<std::size_t, Action>> actions_;
};

Json with_kind(const char* kind, const Json& object) {
  Json out = {{"kind", kind}};
  for (const auto& [name, value] : object.items()) out[name == "kind" ? "entity_kind" : name] = value;
  return out;
}

}  // namespace

tl::expected<Loaded, Problem> load_lines(Casework& casework, std::string_view lines,
                                         const ReportNames& reports) {
  if (lines.size() > max_lines_size) return problem("It is larger than 64 MiB.", exit_usage);
  auto together = rows::Together::begin(casework.file().database());
  if (!together) return tl::unexpected(together.error());
  Loading loading(casework, reports);
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    loading.at(number);
    auto json = crypto::parse_json(crypto::bytes_of(line), max_object_size);
    const Did done = json ? loading.take(std::move(*json))
                          : Did(problem("It is not JSON in UTF-8 of at most 256 KiB.", exit_usage));
    if (!done) return at_line(number, done.error());
  }
  if (auto done = loading.finish(); !done) return at_line(loading.line(), done.error());
  if (auto done = together->commit(); !done) return tl::unexpected(done.error());
  return loading.loaded();
}

tl::expected<std::string, Problem> save_lines(Casework& casework) {
  std::string lines;
  const auto put = [&](const Json& json) { lines += json.dump() + "\n"; };
  const auto cases = casework.cases();
  const auto entities = casework.entities();
  const auto relations = casework.relations();
  const auto actions = casework.actions();
  const auto incidents = casework.incidents();
  if (!cases) return tl::unexpected(cases.error());
  if (!entities) return tl::unexpected(entities.error());
  if (!relations) return tl::unexpected(relations.error());
  if (!actions) return tl::unexpected(actions.error());
  if (!incidents) return tl::unexpected(incidents.error());
  for (const Case& one : *cases) put(with_kind("case", write_case(one)));
  for (const Entity& one : *entities) put(with_kind("entity", write_entity(one)));
  for (const Relation& one : *relations) put(with_kind("relation", write_relation(one)));
  for (const Action& one : *actions) put(with_kind("action", write_action(one)));
  for (const Incident& one : *incidents) put(write_incident(one));
  return lines;
}

}  // namespace sandyk::desk
