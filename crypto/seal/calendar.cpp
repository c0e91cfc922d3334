#include "crypto/seal/calendar.h"

namespace sandyk::crypto {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

/// A number of exactly this many digits.
std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

std::string padded(unsigned value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

sys_days monday_of(sys_days day) {
  return day - (std::chrono::weekday(day) - std::chrono::Monday);
}

/// Week 1 is the one with the year's first Thursday, hence with 4 January (ISO 8601).
sys_days first_monday(int iso_year) {
  return monday_of(sys_days(year(iso_year) / std::chrono::January / 4));
}

/// The ISO year is the year of the week's Thursday.
int iso_year_of(sys_days monday) {
  return int(year_month_day(monday + days(3)).year());
}

}  // namespace

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto y = digits(text.substr(0, 4));
  const auto m = digits(text.substr(5, 2));
  const auto d = digits(text.substr(8, 2));
  if (!y || !m || !d || *y < 1970) return std::nullopt;
  const year_month_day date(year(static_cast<int>(*y)), std::chrono::month(*m), std::chrono::day(*d));
  if (!date.ok()) return std::nullopt;
  return Date(sys_days(date));
}

Date Date::today() {
  return Date(floor<days>(std::chrono::system_clock::now()));
}

std::string Date::text() const {
  const year_month_day date(day_);
  return padded(static_cast<unsigned>(int(date.year())), 4) + '-' + padded(unsigned(date.month()), 2) + '-' +
         padded(unsigned(date.day()), 2);
}

Week::Week(Date date) : monday_(monday_of(date.day())) {}

std::optional<Week> Week::parse(std::string_view text) {
  if (text.size() != 8 || text.substr(4, 2) != "-W") return std::nullopt;
  const auto y = digits(text.substr(0, 4));
  const auto w = digits(text.substr(6, 2));
  if (!y || !w || *y < 1970 || *w < 1 || *w > 53) return std::nullopt;
  const sys_days monday = first_monday(static_cast<int>(*y)) + days(7 * (*w - 1));
  if (iso_year_of(monday) != static_cast<int>(*y)) return std::nullopt;  // that year has 52 weeks only
  return Week(Date(monday));
}

std::string Week::text() const {
  const int iso_year = iso_year_of(monday_);
  const auto number = (monday_ - first_monday(iso_year)).count() / 7 + 1;
  return padded(static_cast<unsigned>(iso_year), 4) + "-W" + padded(static_cast<unsigned>(number), 2);
}

}  // namespace sandyk::crypto
