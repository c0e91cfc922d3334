#include "desk/casework/desk_policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/seal/json_members.h"
#include "crypto/seal/policy.h"
#include "report/text.h"
#include "report/vocabulary.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::exit_unverified;
using crypto::exit_usage;
using crypto::Json;

constexpr std::string_view format = "sandyk-desk-policy/1";
constexpr std::size_t max_owner = 300;

std::string mark_of(std::uint64_t serial) {
  return fmt::format("desk-{}", serial);
}

std::optional<ClassTerms> parse_terms(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  ClassTerms terms;
  const auto destroy = crypto::number_member(json, "destroy_days");
  const auto review = crypto::number_member(json, "review_days");
  const auto approvals = crypto::number_member(json, "approvals");
  if (destroy.has_value() == review.has_value()) return std::nullopt;
  const std::uint64_t days = destroy ? *destroy : *review;
  if (days < 1 || days > max_keep_days_at_desk) return std::nullopt;
  if (json.contains("approvals") && (!approvals || *approvals < 1 || *approvals > 2)) return std::nullopt;
  terms.days = static_cast<unsigned>(days);
  terms.is_review = review.has_value();
  terms.approvals = static_cast<unsigned>(approvals.value_or(2));
  return terms;
}

std::optional<std::map<std::string, ClassTerms>> parse_classes(const Json& policy) {
  const auto found = policy.find("classes");
  if (found == policy.end() || !found->is_object()) return std::nullopt;
  std::map<std::string, ClassTerms> classes;
  for (const auto& [name, value] : found->items()) {
    const auto terms = parse_terms(value);
    const bool is_known = report::Vocabulary::built_in().find_code("retention_class", name) != nullptr;
    if (!terms || !is_known) return std::nullopt;
    classes.emplace(name, *terms);
  }
  return classes;
}

std::optional<std::vector<crypto::VerifyKey>> parse_officers(const Json& policy) {
  std::vector<crypto::VerifyKey> officers;
  const auto found = policy.find("officers");
  if (found == policy.end()) return officers;
  if (!found->is_array() || found->size() > crypto::max_officers) return std::nullopt;
  for (const Json& entry : *found) {
    if (!entry.is_string()) return std::nullopt;
    const auto key = crypto::VerifyKey::parse(entry.get_ref<const std::string&>());
    if (!key) return std::nullopt;
    officers.push_back(*key);
  }
  return officers;
}

/// The serial of `3.json`; nothing for another name.
std::optional<std::uint64_t> serial_of(const std::string& name) {
  constexpr std::string_view suffix = ".json";
  constexpr std::size_t most_digits = 9;
  if (!name.ends_with(suffix) || name.size() > most_digits + suffix.size() || name.size() == suffix.size())
    return std::nullopt;
  std::uint64_t serial = 0;
  for (const char c : name.substr(0, name.size() - suffix.size())) {
    if (c < '0' || c > '9') return std::nullopt;
    serial = serial * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return serial;
}

tl::expected<DeskPolicy, Problem> read_policy(const fs::path& file) {
  const auto bytes = crypto::read_file(file, max_desk_policy_size);
  if (!bytes)
    return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())),
                   exit_usage);
  auto policy = parse_desk_policy(*bytes);
  if (!policy)
    return problem(fmt::format("{} is not a policy of a desk: start with `sandyk-desk retention policy new`.",
                               file.string()),
                   exit_usage);
  return std::move(*policy);
}

/// A signed one that verifies, as its name says.
std::optional<DeskPolicy> verified(const fs::path& file, std::uint64_t serial, const crypto::VerifyKey& key) {
  constexpr std::size_t max_signature = 4096;
  const auto bytes = crypto::read_file(file, max_desk_policy_size);
  const auto signature = crypto::read_file(file.string() + ".minisig", max_signature);
  if (!bytes || !signature) return std::nullopt;
  const auto mark =
      crypto::verify(key, *bytes, crypto::text_of(*signature), crypto::SignedKind::policy, key.site());
  if (!mark || *mark != mark_of(serial)) return std::nullopt;
  auto policy = parse_desk_policy(*bytes);
  if (!policy || policy->serial != serial || policy->organisation != key.site()) return std::nullopt;
  return policy;
}

}  // namespace

std::map<std::string, ClassTerms> suggested_classes() {
  return {{"intake_unread", {90, false, 2}},
          {"triage_rejected", {7, false, 1}},
          {"open_case", {180, true, 2}},
          {"closed_case", {365, false, 2}},
          {"legal_hold", {90, true, 2}}};
}

std::optional<DeskPolicy> parse_desk_policy(crypto::ByteView json) {
  const auto file = crypto::parse_format(json, max_desk_policy_size, format);
  if (!file) return std::nullopt;
  auto organisation = crypto::site_member(*file, "organisation");
  const auto serial = crypto::number_member(*file, "serial");
  const auto not_before = crypto::date_member(*file, "not_before"),
             review_by = crypto::date_member(*file, "review_by");
  auto owner = crypto::text_member(*file, "owner");
  auto officers = parse_officers(*file);
  auto classes = parse_classes(*file);
  if (!organisation || !serial || !not_before || !review_by || !owner || !officers || !classes)
    return std::nullopt;
  if (owner->empty() || owner->size() > max_owner || report::harmless(*owner) != *owner) return std::nullopt;
  return DeskPolicy{
      std::move(*organisation), *serial, *not_before, *review_by, std::move(*owner), std::move(*officers),
      std::move(*classes)};
}

std::string write_desk_policy(const DeskPolicy& policy) {
  Json out;
  out["format"] = format;
  out["organisation"] = policy.organisation;
  out["serial"] = policy.serial;
  out["not_before"] = policy.not_before.text();
  out["review_by"] = policy.review_by.text();
  out["owner"] = policy.owner;
  Json officers = Json::array();
  for (const auto& key : policy.officers) officers.push_back(key.text());
  if (!officers.empty()) out["officers"] = std::move(officers);
  Json classes = Json::object();
  for (const auto& [name, terms] : policy.classes) {
    classes[name] = {{terms.is_review ? "review_days" : "destroy_days", terms.days}};
    if (!terms.is_review) classes[name]["approvals"] = terms.approvals;
  }
  out["classes"] = std::move(classes);
  return crypto::write_json(out);
}

fs::path desk_policies(const Home& home) {
  return home.folder() / "desk-policy";
}

tl::expected<crypto::VerifyKey, Problem> organisation_key(const Home& home) {
  return read_public_key(home.desk_secret().replace_extension(".pub"));
}

tl::expected<std::optional<DeskPolicy>, Problem> desk_policy_of(const Home& home, crypto::Date today) {
  std::map<std::uint64_t, std::string, std::greater<>> files;
  for (const std::string& name : storage::names_in(desk_policies(home)))
    if (const auto serial = serial_of(name)) files.emplace(*serial, name);
  if (files.empty()) return std::nullopt;
  const auto key = organisation_key(home);
  if (!key) return tl::unexpected(key.error());
  for (const auto& [serial, name] : files) {
    auto policy = verified(desk_policies(home) / name, serial, *key);
    if (!policy)
      return problem(
          fmt::format("The desk's policy {} does not verify with the organisation's key: it was changed, "
                      "or its signature is missing. Nothing is done by it.",
                      name),
          exit_unverified);
    if (policy->not_before <= today) return policy;
  }
  return std::nullopt;
}

tl::expected<fs::path, Problem> sign_desk_policy(const Home& home, const fs::path& draft,
                                                 const PassphraseSource& passphrases) {
  auto policy = read_policy(draft);
  if (!policy) return tl::unexpected(policy.error());
  const auto passphrase = ask_passphrase(passphrases, "the desk key");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto key = read_signing_key(home.desk_secret(), *passphrase, "the desk key");
  if (!key) return tl::unexpected(key.error());
  if (policy->review_by <= policy->not_before)
    return problem("The draft's review_by must lie after its not_before.", exit_usage);
  policy->organisation = key->verify_key().site();
  policy->serial = 1;
  for (const std::string& name : storage::names_in(desk_policies(home)))
    if (const auto serial = serial_of(name)) policy->serial = std::max(policy->serial, *serial + 1);
  const std::string json = write_desk_policy(*policy);
  const std::string signature = key->sign(crypto::bytes_of(json), crypto::SignedKind::policy,
                                          policy->organisation, mark_of(policy->serial));
  if (auto made = home.make_folder(desk_policies(home)); !made) return tl::unexpected(made.error());
  const auto file = desk_policies(home) / fmt::format("{}.json", policy->serial);
  if (auto done = put_signed(file, json, signature); !done) return tl::unexpected(done.error());
  if (!verified(file, policy->serial, key->verify_key()))
    return problem("What was signed does not verify again: look at the disk.", exit_unverified);
  return file;
}

std::vector<crypto::VerifyKey> approvers_of(const DeskPolicy& policy, const crypto::VerifyKey& organisation) {
  auto keys = policy.officers;
  keys.push_back(organisation);
  return keys;
}

}  // namespace sandyk::desk
