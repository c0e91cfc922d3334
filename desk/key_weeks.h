// What became of each week's keys at this desk, for the screen.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/calendar.h"
#include "desk/home.h"
#include "desk/site_record.h"

namespace sandyk::desk {

enum class KeyState { here, to_make, to_destroy, destroyed };
std::string_view name_of(KeyState state);

/// For each organisation of the home, its weeks in their order. A week that has a statement of destruction
/// and keys nevertheless has keys: a copy came back.
std::map<std::string, std::map<crypto::Week, KeyState>> weeks_of_keys(const Home& home,
                                                                      const std::optional<SiteRecord>& site,
                                                                      crypto::Date today);

}  // namespace sandyk::desk
