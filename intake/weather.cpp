#include "intake/weather.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "intake/limits.h"

namespace sandyk::intake {
namespace {

// The load from which it becomes so, and below which it is so no more.
constexpr double busy_from = 0.5, busy_until = 0.4;
constexpr double storm_from = 0.9, storm_until = 0.75;

const std::uint64_t largest_when_busy = crypto::sealed_length(4 * crypto::mib, crypto::age::max_recipients);

}  // namespace

std::string_view word_of(Weather weather) {
  return weather == Weather::calm ? "calm" : weather == Weather::busy ? "busy" : "storm";
}

Weather Barometer::read(double load) {
  const bool is_storm = load >= (last_ == Weather::storm ? storm_until : storm_from);
  const bool is_busy = load >= (last_ == Weather::calm ? busy_from : busy_until);
  return last_ = is_storm ? Weather::storm : is_busy ? Weather::busy : Weather::calm;
}

double load_of(const Supplies& supplies, std::uint64_t small_reserve) {
  const double room = static_cast<double>(std::max<std::uint64_t>(supplies.room, 1));
  const double by_room = std::min(1.0, storm_from * static_cast<double>(small_reserve) / room);
  if (supplies.budget == 0) return by_room;
  const double by_budget = static_cast<double>(supplies.budget_used) / static_cast<double>(supplies.budget);
  return std::min(1.0, std::max(by_room, by_budget));
}

std::uint64_t largest_taken(Weather weather) {
  switch (weather) {
    case Weather::calm:
      return std::numeric_limits<std::uint64_t>::max();
    case Weather::busy:
      return largest_when_busy;
    case Weather::storm:
      return largest_in_memory;
  }
  std::abort();
}

}  // namespace sandyk::intake
