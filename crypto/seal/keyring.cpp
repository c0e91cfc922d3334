#include "crypto/seal/keyring.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "crypto/seal/json_members.h"
#include "crypto/seal/signed_fault.h"
#include "crypto/seal/size_class.h"

namespace sandyk::crypto {
namespace {

constexpr std::string_view format = "sandyk-keyring/1";
constexpr std::size_t max_text = 300;
constexpr std::size_t max_nodes = 64;
constexpr unsigned max_board_slots = 4096;

/// Empty when absent; nothing when too long or not a text.
std::optional<std::string> short_text(const Json& object, std::string_view name) {
  if (!object.is_object()) return std::nullopt;
  if (!object.contains(name)) return std::string();
  auto text = text_member(object, name);
  if (!text || text->size() > max_text) return std::nullopt;
  return text;
}

std::optional<OrganisationName> name_member(const Json& object) {
  const auto name = object.find("name");
  if (name == object.end()) return std::nullopt;
  auto en = short_text(*name, "en");
  auto ru = short_text(*name, "ru");
  auto ky = short_text(*name, "ky");
  if (!en || !ru || !ky) return std::nullopt;
  return OrganisationName{std::move(*en), std::move(*ru), std::move(*ky)};
}

std::optional<std::vector<Organisation>> parse_organisations(const Json& keyring) {
  const auto list = keyring.find("organisations");
  if (list == keyring.end() || !list->is_array() || list->empty() || list->size() > age::max_recipients)
    return std::nullopt;
  std::vector<Organisation> organisations;
  std::set<std::string> seen;
  for (const Json& entry : *list) {
    auto organisation = parse_organisation(entry);
    if (!organisation || !seen.insert(organisation->id).second) return std::nullopt;
    organisations.push_back(std::move(*organisation));
  }
  return organisations;
}

std::optional<std::vector<Node>> parse_nodes(const Json& keyring) {
  const auto list = keyring.find("nodes");
  if (list == keyring.end()) return std::vector<Node>();
  if (!list->is_array() || list->size() > max_nodes) return std::nullopt;
  std::vector<Node> nodes;
  for (const Json& entry : *list) {
    auto https = short_text(entry, "https");
    auto onion = short_text(entry, "onion");
    if (!https || !onion || (https->empty() && onion->empty())) return std::nullopt;
    nodes.push_back({std::move(*https), std::move(*onion)});
  }
  return nodes;
}

/// The rules of docs/design.md, section 4, "Keys".
bool has_sound_dates(const KeyringContent& k) {
  return k.not_before == k.week.monday() && k.not_after == k.week.sunday() &&
         k.accept_until >= k.not_after + grace_days && k.destroy_by >= k.accept_until + grace_days;
}

}  // namespace

bool is_organisation_id(std::string_view id) {
  return is_short_name(id);
}

std::optional<Organisation> parse_organisation(const Json& object) {
  const auto id = text_member(object, "id");
  const auto recipient_text = text_member(object, "recipient");
  const auto desk_key = key_member(object, "desk_key");
  const auto answer_key = key_member(object, "answer_key");
  const auto slots = number_member(object, "board_slots");
  if (!id || !is_organisation_id(*id) || !recipient_text || !desk_key || !answer_key || !slots ||
      *slots < 1 || *slots > max_board_slots)
    return std::nullopt;
  const auto recipient = age::HybridRecipient::parse(*recipient_text);
  auto name = name_member(object);
  if (!recipient || !name) return std::nullopt;
  return Organisation{*id,       std::move(*name), *recipient,
                      *desk_key, *answer_key,      static_cast<unsigned>(*slots)};
}

Json write_organisation(const Organisation& o) {
  Json entry;
  entry["id"] = o.id;
  entry["name"] = {{"en", o.name.en}, {"ru", o.name.ru}, {"ky", o.name.ky}};
  entry["recipient"] = o.recipient.text();
  entry["desk_key"] = o.desk_key.text();
  entry["answer_key"] = o.answer_key.text();
  entry["board_slots"] = o.board_slots;
  return entry;
}

std::optional<KeyringContent> parse_keyring(ByteView json) {
  const auto k = parse_format(json, max_keyring_size, format);
  if (!k) return std::nullopt;
  const auto site = text_member(*k, "site");
  const auto serial = number_member(*k, "serial");
  const auto week = week_member(*k, "week");
  const auto not_before = date_member(*k, "not_before");
  const auto not_after = date_member(*k, "not_after");
  const auto accept_until = date_member(*k, "accept_until");
  const auto destroy_by = date_member(*k, "destroy_by");
  const auto max_class = number_member(*k, "max_class");
  auto organisations = parse_organisations(*k);
  auto nodes = parse_nodes(*k);
  const auto previous = previous_member(*k);
  if (!site || !serial || !week || !not_before || !not_after || !accept_until || !destroy_by || !max_class ||
      !organisations || !nodes || !previous)
    return std::nullopt;
  if (std::find(size_classes.begin(), size_classes.end(), *max_class) == size_classes.end())
    return std::nullopt;
  return KeyringContent{*site,
                        *serial,
                        *week,
                        *not_before,
                        *not_after,
                        *accept_until,
                        *destroy_by,
                        *max_class,
                        std::move(*organisations),
                        std::move(*nodes),
                        *previous};
}

std::string write_keyring(const KeyringContent& k) {
  Json out;
  out["format"] = format;
  out["site"] = k.site;
  out["serial"] = k.serial;
  out["week"] = k.week.text();
  out["not_before"] = k.not_before.text();
  out["not_after"] = k.not_after.text();
  out["accept_until"] = k.accept_until.text();
  out["destroy_by"] = k.destroy_by.text();
  out["max_class"] = k.max_class;
  for (const Organisation& o : k.organisations) out["organisations"].push_back(write_organisation(o));
  out["nodes"] = Json::array();
  for (const Node& n : k.nodes) {
    Json entry = Json::object();
    if (!n.https.empty()) entry["https"] = n.https;
    if (!n.onion.empty()) entry["onion"] = n.onion;
    out["nodes"].push_back(std::move(entry));
  }
  out["open"] = {{"rule", "any"}};
  if (k.previous) out["previous_sha256"] = k.previous->hex();
  return write_json(out);
}

tl::expected<Keyring, KeyringFault> Keyring::verify(ByteView json, std::string_view signature_file,
                                                    const VerifyKey& root) {
  if (json.size() > max_keyring_size) return tl::unexpected(KeyringFault::too_large);
  const auto mark = crypto::verify(root, json, signature_file, SignedKind::keyring, root.site());
  if (!mark) return tl::unexpected(fault_of<KeyringFault>(mark.error()));
  auto content = parse_keyring(json);
  if (!content) return tl::unexpected(KeyringFault::malformed);
  if (content->site != root.site()) return tl::unexpected(KeyringFault::other_site);
  if (std::to_string(content->serial) != *mark) return tl::unexpected(KeyringFault::wrong_serial);
  if (!has_sound_dates(*content)) return tl::unexpected(KeyringFault::wrong_dates);
  return Keyring(std::move(*content), std::string(text_of(json)), std::string(signature_file));
}

Digest Keyring::hash() const {
  return sha256(bytes_of(json_));
}

std::vector<age::HybridRecipient> Keyring::recipients() const {
  std::vector<age::HybridRecipient> list;
  for (const Organisation& o : content_.organisations) list.push_back(o.recipient);
  return list;
}

std::string_view sentence(KeyringFault fault) {
  switch (fault) {
    case KeyringFault::malformed_signature:
      return "its signature file is not a minisign signature";
    case KeyringFault::other_key:
      return "it was signed with another root key";
    case KeyringFault::wrong_signature:
      return "its signature does not fit: the file was changed";
    case KeyringFault::other_kind:
      return "it was signed as another kind of file, not as a keyring";
    case KeyringFault::other_site:
      return "it was signed for another site";
    case KeyringFault::too_large:
      return "it is larger than a keyring may be";
    case KeyringFault::malformed:
      return "it is signed, but is not a keyring this version can read";
    case KeyringFault::wrong_serial:
      return "its serial number is not the one that was signed";
    case KeyringFault::wrong_dates:
      return "its dates do not fit together";
  }
  std::abort();
}

}  // namespace sandyk::crypto
