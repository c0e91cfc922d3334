#include "audit/entry_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <vector>

#include "audit/evidence.h"
#include "crypto/seal/ids.h"

namespace sandyk::audit {
namespace {

using IsValue = bool (*)(std::string_view);

bool is_text(std::string_view) {
  return true;  // printable ASCII, as every value is
}
bool is_digest(std::string_view text) {
  return crypto::Digest::parse(text).has_value();
}
bool is_epoch(std::string_view text) {
  return crypto::EpochId::parse(text).has_value();
}
bool is_week(std::string_view text) {
  return crypto::Week::parse(text).has_value();
}
bool is_date(std::string_view text) {
  return crypto::Date::parse(text).has_value();
}
bool is_number(std::string_view text) {
  return storage::policy_serial(text).has_value();
}
/// 0 to 2^32 - 1, without zeros in front.
bool is_board_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && std::to_string(number) == text;
}
bool is_yes_or_no(std::string_view text) {
  return text == "yes" || text == "no";
}
bool is_reason(std::string_view text) {
  return text == word_of(storage::GoesFor::imported) || text == word_of(storage::GoesFor::unread);
}

/// Each part of a list with commas, none of them empty.
bool is_list_of(std::string_view text, IsValue is_part) {
  for (;;) {
    const auto comma = text.find(',');
    if (!is_part(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text = text.substr(comma + 1);
  }
}
bool is_epochs(std::string_view text) {
  return is_list_of(text, is_epoch);
}
bool is_digests(std::string_view text) {
  return is_list_of(text, is_digest);
}

struct Key {
  IsValue is_value;
  bool may_lack = false;
};
using Keys = std::map<std::string_view, Key>;

const std::map<std::string_view, Keys> forms = {
    {"policy", {{"serial", {is_number}}, {"sha256", {is_digest}}}},
    {"keyring", {{"serial", {is_number}}, {"sha256", {is_digest}}, {"week", {is_week}}}},
    {"software", {{"version", {is_text}}, {"sha256", {is_digest}}}},
    {"page", {{"language", {crypto::is_short_name}}, {"sha256", {is_digest}}}},
    {"epoch-opened",
     {{"epoch", {is_epoch}},
      {"week", {is_week}},
      {"keyring", {is_digest}},
      {"key", {is_digest}},
      {"key-copy", {is_digest}}}},
    {"epoch-closed",
     {{"epoch", {is_epoch}}, {"database", {is_digest}}, {"key", {is_digest}}, {"compacted", {is_yes_or_no}}}},
    {"epoch-unclean",
     {{"epoch", {is_epoch}}, {"database", {is_digest}}, {"key", {is_digest}}, {"log", {is_digest, true}}}},
    {"hold",
     {{"hold", {crypto::is_short_name}},
      {"epochs", {is_epochs}},
      {"until", {is_date}},
      {"serial", {is_number}}}},
    {"purge",
     {{"epoch", {is_epoch}},
      {"reason", {is_reason}},
      {"serial", {is_number}},
      {"receipts", {is_digests, true}}}},
    {"board",
     {{"organisation", {crypto::is_short_name}},
      {"day", {is_date}},
      {"number", {is_board_number}},
      {"sha256", {is_digest}}}},
    {"key-destroyed",
     {{"organisation", {crypto::is_short_name}}, {"week", {is_week}}, {"statement", {is_digest}}}},
    {"drill", {{"what", {is_text}}}},
};

}  // namespace

std::optional<std::string> fault_of(const storage::LogEntry& entry) {
  const auto form = forms.find(entry.type());
  if (form == forms.end())
    return fmt::format("is of a type that this program does not know: {}", entry.type());
  for (const auto& [name, value] : entry.values()) {
    const auto key = form->second.find(name);
    if (name == "date") continue;  // LogEntry has seen to it
    if (key == form->second.end()) return fmt::format("has a key that {} has not: {}", entry.type(), name);
    if (!key->second.is_value(value)) return fmt::format("has a wrong value for {}", name);
  }
  for (const auto& key : form->second)
    if (!key.second.may_lack && !entry.value(key.first)) return fmt::format("lacks the key {}", key.first);
  return std::nullopt;
}

}  // namespace sandyk::audit
