// Deleting by date needs a clock that can be believed. The last day that was seen stands in the vault; a day
// before it, or far after it, stops deletion until the clock is right again or the operator says that it is.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/calendar.h"
#include "crypto/seal/file.h"

namespace sandyk::storage {

enum class ClockState {
  steady,
  went_back,    ///< today is before the last day that was seen
  jumped_ahead  ///< today is farther after it than the server can have been off
};

/// How far ahead of the last day seen a day may be: after a start, and from one turn of a running server to
/// the next.
inline constexpr std::chrono::days longest_pause{7}, longest_turn{2};

/// The last day seen in `vault`; nothing when there is none yet.
std::optional<crypto::Date> last_day_seen(const std::filesystem::path& vault);

/// Compares today with the last day seen, and takes it over when it is believed.
[[nodiscard]] tl::expected<ClockState, crypto::IoFault> see_day(const std::filesystem::path& vault,
                                                                crypto::Date today,
                                                                std::chrono::days allowed);

/// Takes `day` for the last day seen, whatever it was before: the operator has looked at a calendar.
[[nodiscard]] tl::expected<void, crypto::IoFault> confirm_day(const std::filesystem::path& vault,
                                                              crypto::Date day);

/// Nothing for a steady clock; else one sentence for the operator, with what to do.
std::string sentence(ClockState state, crypto::Date today, std::optional<crypto::Date> last);

/// The file in the inbox by which an operator says that `date` is today's.
std::optional<crypto::Date> parse_day_confirmation(crypto::ByteView json);
std::string write_day_confirmation(crypto::Date date);

}  // namespace sandyk::storage
