// Members of our signed JSON files that are more than a text: nothing when absent, of another type, or in
// another spelling than ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/json.h"
#include "crypto/seal/signature.h"

namespace sandyk::crypto {

std::optional<Date> date_member(const Json& object, std::string_view name);
std::optional<Week> week_member(const Json& object, std::string_view name);
std::optional<VerifyKey> key_member(const Json& object, std::string_view name);
std::optional<Digest> digest_member(const Json& object, std::string_view name);
std::optional<EpochId> epoch_member(const Json& object, std::string_view name);
/// True for a site's name: 16 lower-case hex digits.
bool is_site(std::string_view text);
std::optional<std::string> site_member(const Json& object, std::string_view name);

/// SHA-256 of the file before this one. Absent for the first, which is no fault; present and wrong is one.
std::optional<std::optional<Digest>> previous_member(const Json& object);

inline constexpr std::size_t max_listed_epochs = 1000;

/// 1 to 1000 epochs, each once, sorted: one spelling for each set.
std::optional<std::vector<EpochId>> epochs_member(const Json& object, std::string_view name);
Json write_epochs(const std::vector<EpochId>& epochs);
/// Their ids with commas between, as they stand in a text that people sign.
std::string joined(const std::vector<EpochId>& epochs);

}  // namespace sandyk::crypto
