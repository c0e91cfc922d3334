#include "crypto/seal/policy.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "crypto/seal/json_members.h"
#include "crypto/seal/signed_fault.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

constexpr std::string_view format = "sandyk-policy/1";
constexpr std::size_t max_owner = 300;
constexpr std::size_t max_log_key = 300;
constexpr std::size_t log_key_id_digits = 8;
constexpr std::size_t log_key_size = 33;  // its type, then the Ed25519 key
constexpr std::uint8_t log_key_type = 0x01;

/// 1 to 300 bytes without control characters.
bool is_owner(std::string_view text) {
  return !text.empty() && text.size() <= max_owner && std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

std::optional<std::vector<VerifyKey>> parse_officers(const Json& policy) {
  const auto list = policy.find("officers");
  if (list == policy.end() || !list->is_array() || list->size() > max_officers) return std::nullopt;
  std::vector<VerifyKey> officers;
  for (const Json& entry : *list) {
    const auto key = entry.is_string() ? VerifyKey::parse(entry.get_ref<const std::string&>()) : std::nullopt;
    const auto is_it = [&](const VerifyKey& other) { return is_same_key(other, *key); };
    if (!key || key->text() != entry || std::any_of(officers.begin(), officers.end(), is_it))
      return std::nullopt;
    officers.push_back(*key);
  }
  return officers;
}

std::optional<unsigned> days_member(const Json& object, std::string_view name) {
  const auto days = number_member(object, name);
  if (!days || *days > max_keep_days) return std::nullopt;
  return static_cast<unsigned>(*days);
}

std::optional<UnreadTerms> parse_unread(const Json& policy) {
  const auto unread = policy.find("unread");
  if (unread == policy.end()) return std::nullopt;
  const auto keep = days_member(*unread, "keep_days");
  const auto min = days_member(*unread, "min_days");
  const auto after_import = days_member(*unread, "after_import_days");
  if (!keep || !min || !after_import) return std::nullopt;
  return UnreadTerms{*keep, *min, *after_import};
}

std::optional<std::vector<Hold>> parse_holds(const Json& policy) {
  const auto list = policy.find("holds");
  if (list == policy.end() || !list->is_array() || list->size() > max_holds) return std::nullopt;
  std::vector<Hold> holds;
  std::set<std::string> seen;
  for (const Json& entry : *list) {
    auto hold = parse_hold(entry);
    if (!hold || hold->signed_by.size() != needed_approvals || !seen.insert(hold->id).second)
      return std::nullopt;
    holds.push_back(std::move(*hold));
  }
  return holds;
}

bool has_sound_dates(const PolicyContent& p) {
  return p.not_before < p.review_by && std::all_of(p.holds.begin(), p.holds.end(), [](const Hold& hold) {
           return hold.review_by <= hold.until;
         });
}

bool has_sound_terms(const UnreadTerms& unread) {
  return unread.keep_days >= 1 && unread.min_days <= unread.keep_days &&
         unread.after_import_days <= unread.keep_days;
}

}  // namespace

bool is_log_key(std::string_view text) {
  if (text.size() > max_log_key) return false;
  const auto first = text.find('+');
  if (first == std::string_view::npos || first == 0) return false;
  const auto name = text.substr(0, first);
  if (!std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; })) return false;
  const auto second = text.find('+', first + 1);
  if (second != first + 1 + log_key_id_digits || !from_hex(text.substr(first + 1, log_key_id_digits)))
    return false;
  const auto key = from_base64(text.substr(second + 1), Base64::padded);
  return key && key->size() == log_key_size && key->front() == log_key_type;
}

std::optional<PolicyContent> parse_policy(ByteView json) {
  const auto p = parse_format(json, max_policy_size, format);
  if (!p) return std::nullopt;
  auto site = site_member(*p, "site");
  const auto serial = number_member(*p, "serial");
  const auto not_before = date_member(*p, "not_before");
  const auto review_by = date_member(*p, "review_by");
  auto owner = text_member(*p, "owner");
  auto log_key = text_member(*p, "log_key");
  auto officers = parse_officers(*p);
  const auto unread = parse_unread(*p);
  auto holds = parse_holds(*p);
  const auto previous = previous_member(*p);
  if (!site || !serial || *serial == 0 || !not_before || !review_by || !owner || !is_owner(*owner) ||
      !log_key || !is_log_key(*log_key) || !officers || !unread || !holds || !previous)
    return std::nullopt;
  return PolicyContent{
      std::move(*site),     *serial, *not_before,       *review_by, std::move(*owner), std::move(*log_key),
      std::move(*officers), *unread, std::move(*holds), *previous};
}

std::string write_policy(const PolicyContent& p) {
  Json out;
  out["format"] = format;
  out["site"] = p.site;
  out["serial"] = p.serial;
  out["not_before"] = p.not_before.text();
  out["review_by"] = p.review_by.text();
  out["owner"] = p.owner;
  out["log_key"] = p.log_key;
  out["officers"] = Json::array();
  for (const VerifyKey& key : p.officers) out["officers"].push_back(key.text());
  out["unread"] = {{"keep_days", p.unread.keep_days},
                   {"min_days", p.unread.min_days},
                   {"after_import_days", p.unread.after_import_days}};
  out["holds"] = Json::array();
  for (const Hold& hold : p.holds) out["holds"].push_back(write_hold(hold));
  if (p.previous) out["previous_sha256"] = p.previous->hex();
  return write_json(out);
}

tl::expected<Policy, PolicyFault> Policy::verify(ByteView json, std::string_view signature_file,
                                                 const VerifyKey& root) {
  if (json.size() > max_policy_size) return tl::unexpected(PolicyFault::too_large);
  const auto mark = crypto::verify(root, json, signature_file, SignedKind::policy, root.site());
  if (!mark) return tl::unexpected(fault_of<PolicyFault>(mark.error()));
  auto content = parse_policy(json);
  if (!content) return tl::unexpected(PolicyFault::malformed);
  if (content->site != root.site()) return tl::unexpected(PolicyFault::other_site);
  if (std::to_string(content->serial) != *mark) return tl::unexpected(PolicyFault::wrong_serial);
  if (!has_sound_dates(*content)) return tl::unexpected(PolicyFault::wrong_dates);
  if (!has_sound_terms(content->unread)) return tl::unexpected(PolicyFault::wrong_terms);
  return Policy(std::move(*content), std::string(text_of(json)), std::string(signature_file));
}

Digest Policy::hash() const {
  return sha256(bytes_of(json_));
}

std::string_view sentence(PolicyFault fault) {
  switch (fault) {
    case PolicyFault::malformed_signature:
      return "its signature file is not a minisign signature";
    case PolicyFault::other_key:
      return "it was signed with another root key";
    case PolicyFault::wrong_signature:
      return "its signature does not fit: the file was changed";
    case PolicyFault::other_kind:
      return "it was signed as another kind of file, not as a policy";
    case PolicyFault::other_site:
      return "it was signed for another site";
    case PolicyFault::too_large:
      return "it is larger than a policy may be";
    case PolicyFault::malformed:
      return "it is signed, but is not a policy this version can read";
    case PolicyFault::wrong_serial:
      return "its serial number is not the one that was signed";
    case PolicyFault::wrong_dates:
      return "its dates do not fit together";
    case PolicyFault::wrong_terms:
      return "its days of keeping do not fit together";
  }
  std::abort();
}

}  // namespace sandyk::crypto
