#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/checks.h"
#include "storage/holds.h"

namespace sandyk::audit {
namespace {

using crypto::Digest;
using crypto::Keyring;
using crypto::Policy;

Check check_keyrings_signed(const Evidence& evidence) {
  constexpr std::string_view what = "keyrings are signed by the root key";
  if (auto lacks = without(evidence, {.root = true}, what)) return *lacks;
  Check check{std::string(what), count(evidence.keyrings->all().size(), "keyring"), {}};
  for (const auto& rejected : evidence.keyrings->rejected())
    check.fail(fmt::format("{}: {}", rejected.name, rejected.why));
  if (evidence.keyrings->all().empty()) check.fail("there is no keyring");
  return check;
}

/// Each signed file names the hash of the one with the serial before. One that is missing in between breaks
/// no link that is there.
template <class Signed>
std::size_t check_links(const std::map<std::uint64_t, const Signed*>& by_serial, Check& check) {
  std::size_t links = 0;
  for (const auto& entry : by_serial) {
    const auto before = by_serial.find(entry.first - 1);
    if (before == by_serial.end()) continue;
    ++links;
    if (entry.second->content().previous != before->second->hash())
      check.fail(fmt::format("serial {} does not name serial {}", entry.first, before->first));
  }
  return links;
}

Check check_keyring_chain(const Evidence& evidence) {
  constexpr std::string_view what = "each keyring follows the one before";
  if (auto lacks = without(evidence, {.root = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::map<std::uint64_t, const Keyring*> by_serial;
  for (const auto& entry : evidence.keyrings->all())
    if (!by_serial.emplace(entry.second.content().serial, &entry.second).second)
      check.fail(fmt::format("serial {} was signed twice", entry.second.content().serial));
  check.looked_at = count(check_links(by_serial, check), "link");
  return check;
}

/// Hashes of one type of entry.
std::set<Digest> hashes_logged(const Evidence& evidence, std::string_view type) {
  std::set<Digest> hashes;
  for (const Event* event : evidence.events_of(type))
    if (const auto hash = digest_of(event->entry, "sha256")) hashes.insert(*hash);
  return hashes;
}

Check check_keyrings_logged(const Evidence& evidence) {
  constexpr std::string_view what = "every logged keyring is there, and every keyring there is logged";
  if (auto lacks = without(evidence, {.log = true, .root = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::map<crypto::Week, const Event*> newest;  // a later one of the same week took the earlier one's place
  const auto logged = evidence.events_of("keyring");
  for (const Event* event : logged)
    if (const auto week = week_of(event->entry)) newest.insert_or_assign(*week, event);
  for (const auto& [week, event] : newest) {
    const Keyring* keyring = evidence.keyrings->of_week(week);
    if (keyring == nullptr)
      check.fail(fmt::format("{}: logged, and not there", week.text()));
    else if (digest_of(event->entry, "sha256") != keyring->hash() ||
             serial_of(event->entry) != keyring->content().serial)
      check.fail(fmt::format("{}: another one than was logged", week.text()));
  }
  const auto hashes = hashes_logged(evidence, "keyring");
  for (const auto& [week, keyring] : evidence.keyrings->all())
    if (!hashes.contains(keyring.hash())) check.fail(fmt::format("{}: there, and never logged", week.text()));
  check.looked_at = fmt::format("logged: {}, there: {}", logged.size(), evidence.keyrings->all().size());
  return check;
}

Check check_policies_signed(const Evidence& evidence) {
  constexpr std::string_view what = "policies are signed by the root key, and each follows the one before";
  if (auto lacks = without(evidence, {.root = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  for (const auto& rejected : evidence.policies->rejected())
    check.fail(fmt::format("{}: {}", rejected.name, rejected.why));
  std::map<std::uint64_t, const Policy*> by_serial;
  for (const auto& entry : evidence.policies->all()) by_serial.emplace(entry.first, &entry.second);
  const std::size_t links = check_links(by_serial, check);
  check.looked_at = fmt::format("policies: {}, links: {}", by_serial.size(), links);
  return check;
}

Check check_policies_logged(const Evidence& evidence) {
  constexpr std::string_view what = "every logged policy is there, and every policy there is logged";
  if (auto lacks = without(evidence, {.log = true, .root = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  const auto logged = evidence.events_of("policy");
  for (const Event* event : logged) {
    const auto serial = serial_of(event->entry);
    const Policy* policy = serial ? evidence.policies->of_serial(*serial) : nullptr;
    if (policy == nullptr)
      check.fail(fmt::format("serial {}: logged, and not there", event->entry.value("serial").value_or("?")));
    else if (digest_of(event->entry, "sha256") != policy->hash())
      check.fail(fmt::format("serial {}: another one than was logged", *serial));
  }
  const auto hashes = hashes_logged(evidence, "policy");
  for (const auto& [serial, policy] : evidence.policies->all())
    if (!hashes.contains(policy.hash()))
      check.fail(fmt::format("serial {}: there, and never logged", serial));
  check.looked_at = fmt::format("logged: {}, there: {}", logged.size(), evidence.policies->all().size());
  return check;
}

Check check_log_key(const Evidence& evidence) {
  constexpr std::string_view what = "the policy in force names this log's key";
  if (auto lacks = without(evidence, {.root = true}, what)) return *lacks;
  const Policy* policy = evidence.policies->in_force(evidence.as_of);
  if (policy == nullptr)
    return not_checked(what, fmt::format("no policy is in force on {}", evidence.as_of.text()));
  Check check{std::string(what), fmt::format("serial {}", policy->content().serial), {}};
  const crypto::NoteKey& key = evidence.given.log_key;
  if (policy->content().log_key != key.text()) check.fail("it names another key than was given");
  if (key.name() != crypto::log_origin(evidence.given.root->site()))
    check.fail("the key that was given is for another site's log");
  return check;
}

bool is_same_hold(const storage::LogEntry& entry, const crypto::Hold& hold) {
  std::vector<std::string> epochs;
  for (const crypto::EpochId& epoch : hold.epochs) epochs.push_back(epoch.hex());
  return entry.value("hold") == hold.id && entry.value("until") == hold.until.text() &&
         parts_of(entry, "epochs") == epochs;
}

/// A hold that was logged must be in the policy that it names.
void check_logged_holds(const Evidence& evidence, Check& check) {
  for (const Event* event : evidence.events_of("hold")) {
    const auto serial = serial_of(event->entry);
    const Policy* policy = serial ? evidence.policies->of_serial(*serial) : nullptr;
    const auto holds =
        policy ? storage::approved_holds(policy->content(), *evidence.keyrings) : std::vector<crypto::Hold>();
    if (std::none_of(holds.begin(), holds.end(),
                     [&](const crypto::Hold& hold) { return is_same_hold(event->entry, hold); }))
      check.fail(fmt::format("{}: logged, and not an approved hold of the policy that it names",
                             event->entry.value("hold").value_or("?")));
  }
}

Check check_holds(const Evidence& evidence) {
  constexpr std::string_view what = "two people approved each hold, and each is logged";
  if (auto lacks = without(evidence, {.log = true, .root = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::set<std::string> logged, there;
  const auto name_of = [](std::string_view id, std::string_view until) {
    return fmt::format("{} until {}", id, until);
  };
  for (const Event* event : evidence.events_of("hold"))
    logged.insert(name_of(event->entry.value("hold").value_or(""), event->entry.value("until").value_or("")));
  for (const auto& [serial, policy] : evidence.policies->all()) {
    const auto approved = storage::approved_holds(policy.content(), *evidence.keyrings);
    for (const crypto::Hold& hold : policy.content().holds) {
      const std::string name = name_of(hold.id, hold.until.text());
      there.insert(name);
      if (std::none_of(approved.begin(), approved.end(),
                       [&](const crypto::Hold& a) { return a.id == hold.id && a.until == hold.until; }))
        check.fail(fmt::format("{} of serial {}: not approved by two people who may", name, serial));
      else if (!logged.contains(name))
        check.fail(fmt::format("{} of serial {}: never logged", name, serial));
    }
  }
  check_logged_holds(evidence, check);
  check.looked_at = count(there.size(), "hold");
  return check;
}

}  // namespace

std::vector<Check> check_rules(const Evidence& evidence) {
  return {check_keyrings_signed(evidence),
          check_keyring_chain(evidence),
          check_keyrings_logged(evidence),
          check_policies_signed(evidence),
          check_policies_logged(evidence),
          check_log_key(evidence),
          check_holds(evidence)};
}

}  // namespace sandyk::audit
