#include "desk/casework/partial_date.h"

#include <fmt/format.h>

#include <algorithm>

namespace sandyk::desk {
namespace {

using std::chrono::sys_days;

/// The number that `text` writes; nothing unless all of it is digits.
std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

}  // namespace

std::optional<PartialDate> PartialDate::parse(std::string_view text) {
  const bool has_month = text.size() == 7 || text.size() == 10, has_day = text.size() == 10;
  if ((text.size() != 4 && !has_month) || (has_month && text[4] != '-') || (has_day && text[7] != '-'))
    return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = has_month ? digits(text.substr(5, 2)) : 0;
  const auto day = has_day ? digits(text.substr(8, 2)) : 0;
  if (!year || !month || !day || *year < 1900) return std::nullopt;
  const std::chrono::year_month_day first{std::chrono::year(static_cast<int>(*year)),
                                          std::chrono::month(has_month ? *month : 1),
                                          std::chrono::day(has_day ? *day : 1)};
  if (!first.ok()) return std::nullopt;
  return PartialDate(static_cast<int>(*year), *month, *day);
}

std::string PartialDate::text() const {
  if (day_ != 0) return fmt::format("{:04}-{:02}-{:02}", year_, month_, day_);
  return month_ != 0 ? fmt::format("{:04}-{:02}", year_, month_) : fmt::format("{:04}", year_);
}

sys_days PartialDate::first_day() const {
  return sys_days(std::chrono::year(year_) / std::chrono::month(std::max(month_, 1U)) /
                  std::chrono::day(std::max(day_, 1U)));
}

sys_days PartialDate::last_day() const {
  if (day_ != 0) return first_day();
  const std::chrono::month month(month_ != 0 ? month_ : 12U);
  return sys_days(std::chrono::year(year_) / month / std::chrono::last);
}

}  // namespace sandyk::desk
