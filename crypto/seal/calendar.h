// Days and ISO weeks in UTC: the only times that Sandyk writes down.
#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace sandyk::crypto {

/// A day in UTC, written `2026-11-23`.
class Date {
 public:
  explicit Date(std::chrono::sys_days day) : day_(day) {}

  /// Nothing unless `text` is exactly `YYYY-MM-DD` and names a day from 1970 on.
  static std::optional<Date> parse(std::string_view text);
  /// The day it is now.
  static Date today();

  std::string text() const;
  std::chrono::sys_days day() const { return day_; }
  Date operator+(std::chrono::days n) const { return Date(day_ + n); }
  auto operator<=>(const Date&) const = default;

 private:
  std::chrono::sys_days day_;
};

/// An ISO 8601 week, Monday to Sunday in UTC, written `2026-W48`.
class Week {
 public:
  /// The week that holds `date`.
  explicit Week(Date date);

  /// Nothing unless `text` is exactly `YYYY-Www` and that year has that week.
  static std::optional<Week> parse(std::string_view text);

  std::string text() const;
  Date monday() const { return Date(monday_); }
  Date sunday() const { return Date(monday_ + std::chrono::days(6)); }
  Week operator+(std::chrono::weeks n) const { return Week(Date(monday_ + n)); }
  auto operator<=>(const Week&) const = default;

 private:
  std::chrono::sys_days monday_;
};

}  // namespace sandyk::crypto
