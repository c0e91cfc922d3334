#include "desk/identities.h"

#include <cstdlib>

#include "crypto/open/age/identity_file.h"

namespace sandyk::desk {
namespace {

using crypto::age::IdentityFileFault;

constexpr std::size_t max_file = 64 * 1024;

Identities::Missing missing_because(IdentityFileFault fault) {
  switch (fault) {
    case IdentityFileFault::wrong_passphrase:
      return Identities::Missing::wrong_passphrase;
    case IdentityFileFault::malformed:
    case IdentityFileFault::no_identity:
    case IdentityFileFault::too_costly:
      return Identities::Missing::damaged;
  }
  std::abort();
}

}  // namespace

const Identities::OfWeek& Identities::of_week(crypto::Week week) {
  const auto found = unlocked_.find(week);
  if (found != unlocked_.end()) return found->second;
  return unlocked_.emplace(week, unlock(week)).first->second;
}

Identities::OfWeek Identities::unlock(crypto::Week week) const {
  OfWeek result;
  const auto organisations = organisation_.empty() ? home_.organisations() : std::vector{organisation_};
  for (const std::string& organisation : organisations) {
    const auto file = crypto::read_file(home_.identity(organisation, week), max_file);
    if (!file) continue;
    auto identities = crypto::age::read_identity_file(*file, passphrase_);
    if (!identities) {
      result.missing = missing_because(identities.error());
      continue;
    }
    for (auto& identity : *identities) result.identities.push_back(std::move(identity));
  }
  if (!result.identities.empty()) result.missing = Missing::none;
  return result;
}

std::string_view sentence(Identities::Missing missing) {
  switch (missing) {
    case Identities::Missing::none:
      return "a key is there, but does not open it";
    case Identities::Missing::no_file:
      return "there is no key of that week here";
    case Identities::Missing::wrong_passphrase:
      return "the passphrase does not unlock the key of that week";
    case Identities::Missing::damaged:
      return "the key file of that week is damaged";
  }
  std::abort();
}

}  // namespace sandyk::desk
