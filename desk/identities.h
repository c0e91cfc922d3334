// The week identities of a home, unlocked once each and only when something needs them.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "crypto/open/age/mlkem768x25519.h"
#include "desk/home.h"

namespace sandyk::desk {

class Identities {
 public:
  /// Unlocks with `passphrase` what `organisation` (or, when empty, every organisation of the home) has.
  Identities(Home home, std::string organisation, crypto::SecretText passphrase)
      : home_(std::move(home)), organisation_(std::move(organisation)), passphrase_(std::move(passphrase)) {}

  /// Why a week's identities are not there, as far as that is known.
  enum class Missing { none, no_file, wrong_passphrase, damaged };
  struct OfWeek {
    std::vector<crypto::age::HybridIdentity> identities;
    Missing missing = Missing::no_file;
  };

  /// The identities for `week`; the first call for a week takes about a second.
  const OfWeek& of_week(crypto::Week week);

 private:
  OfWeek unlock(crypto::Week week) const;

  Home home_;
  std::string organisation_;
  crypto::SecretText passphrase_;
  std::map<crypto::Week, OfWeek> unlocked_;
};

std::string_view sentence(Identities::Missing missing);

}  // namespace sandyk::desk
