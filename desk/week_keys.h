// The public half of one organisation's keys for one week: what it hands to whoever holds the root key.
#pragma once

#include <optional>
#include <string>

#include "crypto/seal/keyring.h"

namespace sandyk::desk {

struct WeekKeys {
  crypto::Week week;
  crypto::Organisation organisation;
};

/// Reads a `sandyk-week-keys/1` file; nothing when it is not one. It is not signed: whoever signs the keyring
/// compares it with the organisation over another way.
std::optional<WeekKeys> parse_week_keys(crypto::ByteView json);

std::string write_week_keys(const WeekKeys& keys);

}  // namespace sandyk::desk
