// A date as people know it: a year, a month or a day. What is not known is not guessed.
#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace sandyk::desk {

class PartialDate {
 public:
  /// Nothing unless `text` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, from 1900 to 9999, and exists.
  static std::optional<PartialDate> parse(std::string_view text);

  /// As it was written.
  std::string text() const;
  bool has_month() const { return month_ != 0; }
  bool has_day() const { return day_ != 0; }
  /// The days that it may mean.
  std::chrono::sys_days first_day() const;
  std::chrono::sys_days last_day() const;

  bool operator==(const PartialDate&) const = default;

 private:
  PartialDate(int year, unsigned month, unsigned day) : year_(year), month_(month), day_(day) {}

  int year_;
  unsigned month_, day_;  ///< 0 when not known
};

}  // namespace sandyk::desk
