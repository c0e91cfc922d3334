// How hard the endpoint is pressed, in one word, and what it still takes then.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace sandyk::intake {

enum class Weather { calm, busy, storm };

std::string_view word_of(Weather weather);

/// Turns a load, 0 for none and 1 for all there is, into a word: busy from half on, a storm from nine tenths.
/// It clears only well below, so that a load on the edge does not make it change with every connection.
class Barometer {
 public:
  Weather read(double load);
  Weather last() const { return last_; }

 private:
  Weather last_ = Weather::calm;
};

/// What of the disk is left for reports.
struct Supplies {
  std::uint64_t room = 0;  ///< bytes that reports may still use
  std::uint64_t budget_used = 0;
  std::uint64_t budget = 0;  ///< bytes of a day; 0: not known
};

/// How much of the supplies is used: 0.9 when only `small_reserve` is left of the room, and the share of the
/// day's budget, whichever is more.
double load_of(const Supplies& supplies, std::uint64_t small_reserve);

/// The longest sealed report that is taken in that weather. The largest are told to come back first, and
/// those up to the 256 KiB class never.
std::uint64_t largest_taken(Weather weather);

}  // namespace sandyk::intake
