// Making keys on the offline machine: the root key once, an organisation's keys for some weeks ahead.
#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/age/scrypt.h"
#include "desk/home.h"
#include "desk/week_keys.h"

namespace sandyk::desk {

inline constexpr unsigned root_log_n = 20;  ///< scrypt of the root key: 1 GiB, as minisign's own
inline constexpr unsigned most_weeks_ahead = 8;

/// Makes root.key and root.pub; refuses when there is a root key. Returns the public half.
[[nodiscard]] tl::expected<crypto::VerifyKey, Problem> make_root(const Home& home,
                                                                 const PassphraseSource& passphrases,
                                                                 unsigned log_n);

struct NewWeeks {
  std::string organisation;
  crypto::OrganisationName name;
  crypto::Week first;
  unsigned weeks;  ///< 1 to 8
  unsigned board_slots;
  unsigned log_n;  ///< scrypt's work factor of every file
};

struct MadeWeeks {
  std::vector<std::filesystem::path> made;  ///< public files, to be carried to the root key
  std::vector<crypto::Week> present;        ///< had keys before; left as they are
};

/// Makes an independent random identity for each week, under the passphrase, with its public file beside it;
/// makes desk.key and answer.key the first time. Never replaces a key, and goes on where a run was cut off.
/// `progress` gets the week that is being made.
[[nodiscard]] tl::expected<MadeWeeks, Problem> make_weeks(const Home& home, const NewWeeks& wanted,
                                                          const PassphraseSource& passphrases,
                                                          const std::function<void(crypto::Week)>& progress);

}  // namespace sandyk::desk
