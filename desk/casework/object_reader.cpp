#include "desk/casework/object_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/text.h"
#include "report/vocabulary.h"

namespace sandyk::desk {
namespace {

using crypto::Json;

constexpr std::size_t max_code_chars = 64;
constexpr std::size_t country_letters = 2;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_country(std::string_view text) {
  return text.size() == country_letters &&
         std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Lower-case letters, digits, '.', '_' and, in regions, capitals and '-'.
bool is_like_a_code(std::string_view text) {
  return !text.empty() && text.size() <= max_code_chars && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

/// ISO 3166-1 is no list of the vocabulary: two capitals (XX in what is invented).
bool is_known(std::string_view list, std::string_view code) {
  return list == "country" ? is_country(code)
                           : report::Vocabulary::built_in().find_code(list, code) != nullptr;
}

}  // namespace

bool is_case_id(std::string_view text) {
  return !text.empty() && text.size() <= max_id_size && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

ObjectReader::ObjectReader(const Json& object, UnknownCodes unknown, std::string where, std::string* fault)
    : object_(object),
      unknown_(unknown),
      where_(std::move(where)),
      fault_(fault == nullptr ? &own_fault_ : fault) {
  if (!object_.is_object() && fault_->empty())
    *fault_ = where_.empty() ? "It is not a JSON object."
                             : fmt::format("{}: not an object.", where_.substr(0, where_.size() - 1));
}

void ObjectReader::refuse(std::string_view name, std::string_view why) {
  if (fault_->empty()) *fault_ = fmt::format("{}: {}.", place(name), why);
}

void ObjectReader::finish() {
  if (!object_.is_object()) return;
  for (const auto& [name, value] : object_.items())
    if (!asked_.contains(name)) {
      // The name is somebody's text: it is shown only when it is like one of ours.
      refuse(is_like_a_code(name) ? name : "?", "there is no such field");
      return;
    }
}

const Json* ObjectReader::member(std::string_view name, Need need) {
  asked_.emplace(name);
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(std::string(name));
  if (found == object_.end()) {
    if (need == Need::required) refuse(name, "it is missing");
    return nullptr;
  }
  const bool is_empty = found->is_null() ||
                        (found->is_string() && found->get_ref<const std::string&>().empty()) ||
                        (found->is_array() && found->empty());
  if (!is_empty) return &*found;
  refuse(name, "it is empty; what is not known is left out");
  return nullptr;
}

const Json* ObjectReader::array(std::string_view name, std::size_t most, Need need) {
  const Json* found = member(name, need);
  if (found == nullptr) return nullptr;
  if (!found->is_array()) {
    refuse(name, "not a list");
    return nullptr;
  }
  if (found->size() > most) {
    refuse(name, fmt::format("more than {} entries", most));
    return nullptr;
  }
  return found;
}

std::string ObjectReader::string_of(const Json& value, std::string_view name, std::size_t max_chars) {
  if (!value.is_string()) {
    refuse(name, "not a text");
    return {};
  }
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty()) refuse(name, "it is empty; what is not known is left out");
  if (report::count_code_points(text) <= max_chars) return report::harmless(text);
  refuse(name, fmt::format("longer than {} letters", max_chars));
  return {};
}

std::string ObjectReader::id_of(const Json& value, std::string_view name) {
  std::string id = string_of(value, name, max_id_size);
  if (is_case_id(id)) return id;
  refuse(name, "not an id: 1 to 64 letters and digits of English, '.', '_' and '-'");
  return {};
}

std::string ObjectReader::code_of(const Json& value, std::string_view name, std::string_view list) {
  std::string code = string_of(value, name, max_code_chars);
  if (is_like_a_code(code) && (unknown_ == UnknownCodes::kept || is_known(list, code))) return code;
  refuse(name, list == "country" ? std::string("not a country of ISO 3166-1: two capitals")
                                 : fmt::format("not a code of the list {}", list));
  return {};
}

std::string ObjectReader::text(std::string_view name, std::size_t max_chars, Need need) {
  const Json* found = member(name, need);
  return found == nullptr ? std::string() : string_of(*found, name, max_chars);
}

std::string ObjectReader::id(std::string_view name, Need need) {
  const Json* found = member(name, need);
  return found == nullptr ? std::string() : id_of(*found, name);
}

std::string ObjectReader::code(std::string_view name, std::string_view list, Need need) {
  const Json* found = member(name, need);
  return found == nullptr ? std::string() : code_of(*found, name, list);
}

std::vector<std::string> ObjectReader::codes(std::string_view name, std::string_view list, Need need) {
  std::vector<std::string> codes;
  const Json* found = array(name, most_entries, need);
  for (std::size_t i = 0; found != nullptr && i < found->size(); ++i) {
    codes.push_back(code_of((*found)[i], name, list));
    if (std::count(codes.begin(), codes.end(), codes.back()) > 1) refuse(name, "the same code twice");
  }
  return codes;
}

std::vector<std::string> ObjectReader::texts(std::string_view name, std::size_t max_chars) {
  std::vector<std::string> texts;
  const Json* found = array(name, most_entries);
  for (std::size_t i = 0; found != nullptr && i < found->size(); ++i)
    texts.push_back(string_of((*found)[i], name, max_chars));
  return texts;
}

std::vector<std::string> ObjectReader::ids(std::string_view name) {
  std::vector<std::string> ids;
  const Json* found = array(name, most_ids);
  for (std::size_t i = 0; found != nullptr && i < found->size(); ++i) ids.push_back(id_of((*found)[i], name));
  return ids;
}

std::optional<bool> ObjectReader::flag(std::string_view name) {
  const Json* found = member(name);
  if (found == nullptr) return std::nullopt;
  if (found->is_boolean()) return found->get<bool>();
  refuse(name, "neither true nor false");
  return std::nullopt;
}

std::optional<double> ObjectReader::number(std::string_view name, double most) {
  const Json* found = member(name);
  if (found == nullptr) return std::nullopt;
  const double value = found->is_number() ? found->get<double>() : -1;
  if (std::isfinite(value) && value >= 0 && value <= most) return value;
  refuse(name, fmt::format("not a number from 0 to {}", most));
  return std::nullopt;
}

std::optional<PartialDate> ObjectReader::date(std::string_view name, Need need) {
  const Json* found = member(name, need);
  if (found == nullptr) return std::nullopt;
  auto date = found->is_string() ? PartialDate::parse(found->get_ref<const std::string&>()) : std::nullopt;
  if (!date) refuse(name, "not a date: YYYY, YYYY-MM or YYYY-MM-DD");
  return date;
}

std::optional<PartialDate> ObjectReader::day(std::string_view name, Need need) {
  auto date = this->date(name, need);
  if (!date || date->has_day()) return date;
  refuse(name, "not a day: YYYY-MM-DD");
  return std::nullopt;
}

}  // namespace sandyk::desk
