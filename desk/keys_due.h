// What is to be done about keys, and when: weeks to destroy, and weeks to come that lack keys or a keyring.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/seal/calendar.h"
#include "desk/home.h"
#include "desk/site_record.h"

namespace sandyk::desk {

inline constexpr std::chrono::days due_soon{14};
inline constexpr int weeks_to_be_ready = 4;  ///< this one and the three after it

struct KeysOfWeek {
  std::string organisation;
  crypto::Week week;
  crypto::Date destroy_by;
  bool is_estimated;  ///< no keyring says it: as if it were signed with the usual terms
};

struct WeeksMissing {
  std::string organisation;
  std::vector<crypto::Week> weeks;
};

struct KeysDue {
  std::vector<KeysOfWeek> overdue, soon, later;  ///< by when the keys must be gone, sorted by day
  std::vector<WeeksMissing> without_keys;        ///< of the weeks to be ready, for each organisation here
  std::vector<crypto::Week> without_keyring;     ///< of the same, where keyrings are known at all
};

/// `site` may be absent: then every day is estimated.
KeysDue keys_due(const Home& home, const std::optional<SiteRecord>& site, crypto::Date today);

/// At most two lines for the end of another command; empty when nothing is due.
std::string in_short(const KeysDue& due);
/// All of it, a line each.
std::string in_full(const KeysDue& due);

}  // namespace sandyk::desk
