// How hard the endpoint is pressed, in one word.
#pragma once

#include <atomic>
#include <cstddef>
#include <string_view>

namespace sandyk::intake {

enum class Weather { calm, busy, storm };

/// By the fuller of connections and queue: from half on it is busy, from nine tenths on a storm.
inline Weather weather_at(std::size_t used, std::size_t capacity) {
  if (used * 10 >= capacity * 9) return Weather::storm;
  return used * 2 >= capacity ? Weather::busy : Weather::calm;
}

inline std::string_view word_of(Weather weather) {
  return weather == Weather::calm ? "calm" : weather == Weather::busy ? "busy" : "storm";
}

}  // namespace sandyk::intake
