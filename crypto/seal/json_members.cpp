#include "crypto/seal/json_members.h"

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

constexpr std::size_t site_digits = 16;

/// The member as a text, read by `parse`.
template <class Parse>
auto read_member(const Json& object, std::string_view name, Parse parse) -> decltype(parse(std::string())) {
  const auto text = text_member(object, name);
  if (!text) return std::nullopt;
  return parse(*text);
}

}  // namespace

std::optional<Date> date_member(const Json& object, std::string_view name) {
  return read_member(object, name, [](const std::string& text) { return Date::parse(text); });
}

std::optional<Week> week_member(const Json& object, std::string_view name) {
  return read_member(object, name, [](const std::string& text) { return Week::parse(text); });
}

std::optional<VerifyKey> key_member(const Json& object, std::string_view name) {
  return read_member(object, name, [](const std::string& text) {
    const auto key = VerifyKey::parse(text);
    return key && key->text() == text ? key : std::nullopt;  // the line alone, without comment or line end
  });
}

std::optional<Digest> digest_member(const Json& object, std::string_view name) {
  return read_member(object, name, [](const std::string& text) { return Digest::parse(text); });
}

std::optional<EpochId> epoch_member(const Json& object, std::string_view name) {
  return read_member(object, name, [](const std::string& text) { return EpochId::parse(text); });
}

bool is_site(std::string_view text) {
  return text.size() == site_digits && from_hex(text);
}

std::optional<std::string> site_member(const Json& object, std::string_view name) {
  auto site = text_member(object, name);
  return site && is_site(*site) ? site : std::nullopt;
}

std::optional<std::optional<Digest>> previous_member(const Json& object) {
  if (!object.contains("previous_sha256")) return std::optional<Digest>();
  const auto digest = digest_member(object, "previous_sha256");
  if (!digest) return std::nullopt;
  return digest;
}

std::optional<std::vector<EpochId>> epochs_member(const Json& object, std::string_view name) {
  if (!object.is_object()) return std::nullopt;
  const auto list = object.find(name);
  if (list == object.end() || !list->is_array() || list->empty() || list->size() > max_listed_epochs)
    return std::nullopt;
  std::vector<EpochId> epochs;
  for (const Json& entry : *list) {
    const auto id = entry.is_string() ? EpochId::parse(entry.get_ref<const std::string&>()) : std::nullopt;
    if (!id || (!epochs.empty() && *id <= epochs.back())) return std::nullopt;
    epochs.push_back(*id);
  }
  return epochs;
}

Json write_epochs(const std::vector<EpochId>& epochs) {
  Json list = Json::array();
  for (const EpochId& id : epochs) list.push_back(id.hex());
  return list;
}

std::string joined(const std::vector<EpochId>& epochs) {
  std::string text;
  for (const EpochId& id : epochs) text += (text.empty() ? "" : ",") + id.hex();
  return text;
}

}  // namespace sandyk::crypto
