#include "desk/site_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/seal/root_key.h"
#include "storage/folder.h"
#include "storage/keyring_set.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::Keyring;
using crypto::Policy;
using crypto::PolicyFault;
using crypto::VerifyKey;

tl::expected<Policy, PolicyFault> read_policy(const fs::path& json, const VerifyKey& root) {
  const auto bytes = crypto::read_file(json, crypto::max_policy_size);
  const auto signature = crypto::read_file(json.string() + ".minisig", crypto::minisign::max_file);
  if (!bytes || !signature) return tl::unexpected(PolicyFault::malformed_signature);
  return Policy::verify(*bytes, crypto::text_of(*signature), root);
}

void add_new(std::vector<VerifyKey>& keys, const VerifyKey& key) {
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
}

}  // namespace

tl::expected<VerifyKey, Problem> root_key_of(const Home& home, const std::string& given) {
  const std::string source = given.empty() ? home.root_public().string() : given;
  const auto root = crypto::read_root_key(source);
  if (root) return *root;
  if (given.empty())
    return problem(
        fmt::format(
            "The site's root key is not known here. Name it with --root-key (its line or its file), or "
            "keep the file as {}.",
            source),
        crypto::exit_usage);
  return problem(fmt::format("The root key {}.", crypto::sentence(root.error())), crypto::exit_usage);
}

SiteRecord SiteRecord::read(const VerifyKey& root, const std::vector<fs::path>& places) {
  SiteRecord record(root);
  for (const fs::path& place : places) {
    const auto keyrings = storage::KeyringSet::read(place / "keyring", root);
    for (const auto& [week, keyring] : keyrings.all()) {
      const auto known = record.keyrings_.find(week);
      if (known != record.keyrings_.end() && known->second.content().serial >= keyring.content().serial)
        continue;
      record.keyrings_.insert_or_assign(week, keyring);
    }
    for (const std::string& name : storage::names_in(place / "policy")) {
      if (!name.ends_with(".json")) continue;
      if (auto policy = read_policy(place / "policy" / name, root))
        record.policies_.insert_or_assign(policy->content().serial, std::move(*policy));
    }
  }
  return record;
}

const Keyring* SiteRecord::keyring(crypto::Week week) const {
  const auto found = keyrings_.find(week);
  return found == keyrings_.end() ? nullptr : &found->second;
}

const Policy* SiteRecord::policy(crypto::Date day) const {
  for (auto at = policies_.rbegin(); at != policies_.rend(); ++at)
    if (at->second.content().not_before <= day) return &at->second;
  return nullptr;
}

std::vector<VerifyKey> SiteRecord::approvers(crypto::Date day) const {
  std::vector<VerifyKey> keys = desk_keys_of(keyrings_);
  if (const Policy* in_force = policy(day))
    for (const VerifyKey& key : in_force->content().officers) add_new(keys, key);
  return keys;
}

tl::expected<std::optional<SiteRecord>, Problem> known_site(const Home& home, const std::string& given_root,
                                                            const std::vector<fs::path>& places) {
  if (given_root.empty() && !storage::is_file(home.root_public())) return std::optional<SiteRecord>();
  const auto root = root_key_of(home, given_root);
  if (!root) return tl::unexpected(root.error());
  return SiteRecord::read(*root, places);
}

std::vector<VerifyKey> desk_keys_of(const std::map<crypto::Week, Keyring>& keyrings) {
  std::vector<VerifyKey> keys;
  for (const auto& entry : keyrings)
    for (const auto& organisation : entry.second.content().organisations)
      add_new(keys, organisation.desk_key);
  return keys;
}

tl::expected<std::map<std::uint64_t, Policy>, Problem> read_policy_chain(const fs::path& folder,
                                                                         const VerifyKey& root) {
  std::map<std::uint64_t, Policy> chain;
  for (const std::string& name : storage::names_in(folder)) {
    if (!name.ends_with(".json")) continue;
    auto policy = read_policy(folder / name, root);
    if (!policy)
      return problem(fmt::format("The earlier policy {} does not verify: {}.", (folder / name).string(),
                                 crypto::sentence(policy.error())),
                     crypto::exit_unverified);
    chain.insert_or_assign(policy->content().serial, std::move(*policy));
  }
  return chain;
}

}  // namespace sandyk::desk
