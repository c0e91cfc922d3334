#include "storage/clock_guard.h"

#include <fmt/format.h>

#include <cstdlib>

#include "crypto/seal/json_members.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

constexpr std::string_view seen_format = "sandyk-last-day/1";
constexpr std::string_view confirmed_format = "sandyk-day-confirmed/1";
constexpr std::size_t max_size = 1024;

std::optional<crypto::Date> parse_date_file(crypto::ByteView json, std::string_view format) {
  const auto object = crypto::parse_format(json, max_size, format);
  return object ? crypto::date_member(*object, "date") : std::nullopt;
}

std::string write_date_file(crypto::Date date, std::string_view format) {
  crypto::Json json;
  json["format"] = format;
  json["date"] = date.text();
  return crypto::write_json(json);
}

}  // namespace

std::optional<crypto::Date> last_day_seen(const std::filesystem::path& vault) {
  const auto bytes = crypto::read_file(vault / layout::clock, max_size);
  return bytes ? parse_date_file(*bytes, seen_format) : std::nullopt;
}

tl::expected<ClockState, crypto::IoFault> see_day(const std::filesystem::path& vault, crypto::Date today,
                                                  std::chrono::days allowed) {
  const auto last = last_day_seen(vault);
  if (last && today < *last) return ClockState::went_back;
  if (last && today > *last + allowed) return ClockState::jumped_ahead;
  if (last == today) return ClockState::steady;
  if (auto done = confirm_day(vault, today); !done) return tl::unexpected(done.error());
  return ClockState::steady;
}

tl::expected<void, crypto::IoFault> confirm_day(const std::filesystem::path& vault, crypto::Date day) {
  return crypto::write_file(vault / layout::clock, crypto::bytes_of(write_date_file(day, seen_format)));
}

std::string sentence(ClockState state, crypto::Date today, std::optional<crypto::Date> last) {
  const std::string before = last ? last->text() : "none";
  switch (state) {
    case ClockState::steady:
      return {};
    case ClockState::went_back:
      return fmt::format(
          "The clock went back: it says {}, and the last day seen was {}. Nothing is deleted until it is "
          "right. If it is "
          "right now, say so: sandyk-intake retention confirm-day {}.",
          today.text(), before, today.text());
    case ClockState::jumped_ahead:
      return fmt::format(
          "The clock jumped ahead: it says {}, and the last day seen was {}. Nothing is deleted until you "
          "have looked at a "
          "calendar and said so: sandyk-intake retention confirm-day {}.",
          today.text(), before, today.text());
  }
  std::abort();
}

std::optional<crypto::Date> parse_day_confirmation(crypto::ByteView json) {
  return parse_date_file(json, confirmed_format);
}

std::string write_day_confirmation(crypto::Date date) {
  return write_date_file(date, confirmed_format);
}

}  // namespace sandyk::storage
