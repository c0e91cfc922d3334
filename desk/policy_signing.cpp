#include "desk/policy_signing.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/seal/approval.h"
#include "desk/hold_file.h"
#include "desk/site_record.h"
#include "storage/keyring_set.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::Date;
using crypto::exit_unverified;
using crypto::exit_usage;
using crypto::Hold;
using crypto::Keyring;
using crypto::Policy;
using crypto::PolicyContent;

tl::expected<PolicyContent, Problem> read_draft(const fs::path& file) {
  const auto bytes = crypto::read_file(file, crypto::max_policy_size);
  if (!bytes)
    return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())),
                   exit_usage);
  auto draft = crypto::parse_policy(*bytes);
  if (!draft)
    return problem(fmt::format("{} is not a policy: start with `sandyk-desk policy new`.", file.string()),
                   exit_usage);
  return std::move(*draft);
}

bool has(const std::vector<Hold>& holds, const std::string& id) {
  return std::any_of(holds.begin(), holds.end(), [&](const Hold& hold) { return hold.id == id; });
}

/// Adds the holds of files, and those of the policy before that the draft lacks; takes away what is lifted.
tl::expected<void, Problem> gather_holds(PolicyContent& policy, const PolicyContent* before,
                                         const PolicyRequest& request) {
  for (const fs::path& file : request.holds) {
    auto added = read_hold_file(file);
    if (!added) return tl::unexpected(added.error());
    if (added->site != policy.site)
      return problem(fmt::format("{} is for another site.", file.string()), exit_usage);
    // A hold that was approved anew, such as with a later end, takes the place of the one with its id.
    std::erase_if(policy.holds, [&](const Hold& hold) { return hold.id == added->hold.id; });
    policy.holds.push_back(std::move(added->hold));
  }
  if (before != nullptr)
    for (const Hold& hold : before->holds)
      if (!has(policy.holds, hold.id)) policy.holds.push_back(hold);
  for (const std::string& id : request.lifted) {
    if (!has(policy.holds, id)) return problem(fmt::format("There is no hold {} to lift.", id), exit_usage);
    std::erase_if(policy.holds, [&](const Hold& hold) { return hold.id == id; });
  }
  return {};
}

tl::expected<void, Problem> check_holds(const PolicyContent& policy,
                                        const std::map<crypto::Week, Keyring>& keyrings) {
  auto allowed = desk_keys_of(keyrings);
  allowed.insert(allowed.end(), policy.officers.begin(), policy.officers.end());
  if (policy.holds.size() > crypto::max_holds)
    return problem(fmt::format("A policy has at most {} holds.", crypto::max_holds), exit_usage);
  for (const Hold& hold : policy.holds) {
    if (hold.review_by > hold.until)
      return problem(fmt::format("The hold {} ends before it is looked at again.", hold.id), exit_usage);
    if (!crypto::approved_by_two(crypto::hold_text(policy.site, hold), hold.signed_by, allowed, policy.site,
                                 hold.until.text()))
      return problem(
          fmt::format("The hold {} is not approved by two people who are officers of this policy or desks "
                      "of the keyrings in the home. Have it signed (`sandyk-desk hold sign`), or name them "
                      "as officers, or leave it out with --lift {}.",
                      hold.id, hold.id),
          exit_unverified);
  }
  return {};
}

tl::expected<void, Problem> check_terms(const PolicyContent& policy, const PolicyContent* before) {
  const auto& unread = policy.unread;
  if (unread.keep_days < 1 || unread.min_days > unread.keep_days ||
      unread.after_import_days > unread.keep_days)
    return problem(
        "The draft's days of keeping do not fit together: neither min_days nor after_import_days may be "
        "more than keep_days.",
        exit_usage);
  if (policy.review_by <= policy.not_before || policy.review_by <= Date::today())
    return problem("The draft's review_by must lie ahead, and after not_before.", exit_usage);
  if (before != nullptr && policy.not_before < before->not_before)
    return problem(fmt::format("The draft would be in force before the policy it follows ({}).",
                               before->not_before.text()),
                   exit_usage);
  if (policy.log_key.substr(0, policy.log_key.find('+')) != "sandyk/" + policy.site)
    return problem(
        fmt::format("The draft's log key is not named sandyk/{}: it is of another site.", policy.site),
        exit_usage);
  return {};
}

/// Keys that die before what is sealed to them is deleted make it unreadable meanwhile.
std::vector<std::string> warnings_of(const PolicyContent& policy,
                                     const std::map<crypto::Week, Keyring>& keyrings) {
  std::vector<std::string> warnings;
  for (const auto& entry : keyrings) {
    const auto& keyring = entry.second.content();
    const Date last_day = keyring.accept_until + std::chrono::days(policy.unread.keep_days);
    if (keyring.not_after < policy.not_before || last_day <= keyring.destroy_by) continue;
    warnings.push_back(
        fmt::format("The keys of {} must be destroyed by {}, but what they open may stay on the server until "
                    "{}: sign keyrings "
                    "with --retention-days {}.",
                    entry.first.text(), keyring.destroy_by.text(), last_day.text(), policy.unread.keep_days));
    break;  // one says it
  }
  return warnings;
}

tl::expected<Policy, Problem> sign(const Home& home, const PolicyContent& content,
                                   const crypto::VerifyKey& root, const PassphraseSource& passphrases) {
  const auto passphrase = ask_passphrase(passphrases, "the root key");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto key = read_signing_key(home.root_secret(), *passphrase, "the root key");
  if (!key) return tl::unexpected(key.error());
  const std::string json = crypto::write_policy(content);
  const std::string signature = key->sign(crypto::bytes_of(json), crypto::SignedKind::policy, content.site,
                                          std::to_string(content.serial));
  auto policy = Policy::verify(crypto::bytes_of(json), signature, root);
  if (!policy)  // e.g. root.key and root.pub are not of one pair
    return problem(fmt::format("What was signed does not verify with root.pub: {}. Nothing was written.",
                               crypto::sentence(policy.error())),
                   exit_unverified);
  return std::move(*policy);
}

}  // namespace

tl::expected<SignedPolicy, Problem> sign_policy(const Home& home, const PolicyRequest& request,
                                                const PassphraseSource& passphrases) {
  const auto root = read_public_key(home.root_public());
  if (!root) return tl::unexpected(root.error());
  auto policy = read_draft(request.draft);
  if (!policy) return tl::unexpected(policy.error());
  if (policy->site != root->site())
    return problem(
        fmt::format("The draft is for the site {}, and this home's is {}.", policy->site, root->site()),
        exit_usage);
  const auto chain = read_policy_chain(home.policies(), *root);
  if (!chain) return tl::unexpected(chain.error());
  const Policy* before = chain->empty() ? nullptr : &chain->rbegin()->second;
  policy->serial = before == nullptr ? 1 : before->content().serial + 1;
  policy->previous = before == nullptr ? std::nullopt : std::optional(before->hash());

  const PolicyContent* content_before = before == nullptr ? nullptr : &before->content();
  const auto keyrings = storage::KeyringSet::read(home.keyrings(), *root);
  if (auto done = check_terms(*policy, content_before); !done) return tl::unexpected(done.error());
  if (auto done = gather_holds(*policy, content_before, request); !done) return tl::unexpected(done.error());
  std::erase_if(policy->holds, [](const Hold& hold) { return hold.until < Date::today(); });
  if (auto done = check_holds(*policy, keyrings.all()); !done) return tl::unexpected(done.error());

  auto made = sign(home, *policy, *root, passphrases);
  if (!made) return tl::unexpected(made.error());
  if (auto done = home.make_folder(home.policies()); !done) return tl::unexpected(done.error());
  const auto file = home.policies() / (std::to_string(policy->serial) + ".json");
  if (auto done = put_signed(file, made->json(), made->signature()); !done)
    return tl::unexpected(done.error());
  return SignedPolicy{std::move(*made), before == nullptr ? std::nullopt : std::optional(*before), file,
                      warnings_of(*policy, keyrings.all())};
}

}  // namespace sandyk::desk
