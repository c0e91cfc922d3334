#include "report/vocabulary.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace sandyk::report {

extern const std::string_view vocabulary_json;

namespace {

using Json = nlohmann::ordered_json;

// For fields to which the vocabulary sets no limit of its own. Guessed, with room.
constexpr std::size_t default_max_chars = 400;
constexpr std::size_t max_code_chars = 64;
constexpr std::size_t default_max_items = 64;

Label read_label(const Json& entry) {
  const Json& label = entry.at("label");
  return {label.at("en"), label.at("ru"), label.at("ky")};
}

FieldType read_type(const std::string& type) {
  if (type == "string") return FieldType::line;
  if (type == "text") return FieldType::text;
  if (type == "code" || type == "enum") return FieldType::code;
  if (type == "code[]") return FieldType::codes;
  if (type == "file[]") return FieldType::files;
  throw std::runtime_error("the built-in vocabulary has a type of field that this program does not know");
}

Field read_field(const Json& entry) {
  const FieldType type = read_type(entry.at("type"));
  const bool is_code = type == FieldType::code || type == FieldType::codes;
  return {entry.at("code"),
          type,
          read_label(entry),
          entry.value("max_chars", is_code ? max_code_chars : default_max_chars),
          entry.value("max_items", default_max_items),
          entry.value("list", std::string())};
}

}  // namespace

const std::string& Label::in(std::string_view lang) const {
  if (lang == "ru") return ru;
  if (lang == "ky") return ky;
  return en;
}

Vocabulary::Vocabulary() {
  const Json all = Json::parse(vocabulary_json);
  version_ = all.at("version");
  for (const Json& entry : all.at("report").at("fields")) report_fields_.push_back(read_field(entry));
  for (const auto& [name, list] : all.at("code_lists").items())
    for (const Json& entry : list) lists_[name].push_back({entry.at("code"), read_label(entry)});
  for (const Json& entry : all.at("ui_text")) sentences_.emplace(entry.at("code"), read_label(entry));
}

const Vocabulary& Vocabulary::built_in() {
  static const Vocabulary vocabulary;
  return vocabulary;
}

const Field* Vocabulary::report_field(std::string_view code) const {
  for (const Field& field : report_fields_)
    if (field.code == code) return &field;
  return nullptr;
}

const std::vector<Code>& Vocabulary::codes(std::string_view list) const {
  static const std::vector<Code> none;
  const auto found = lists_.find(list);
  return found == lists_.end() ? none : found->second;
}

const Code* Vocabulary::find_code(std::string_view list, std::string_view code) const {
  for (const Code& entry : codes(list))
    if (entry.code == code) return &entry;
  return nullptr;
}

const Label& Vocabulary::sentence(std::string_view code) const {
  const auto found = sentences_.find(code);
  if (found == sentences_.end()) std::abort();
  return found->second;
}

}  // namespace sandyk::report
