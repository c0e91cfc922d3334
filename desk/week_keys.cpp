#include "desk/week_keys.h"

#include "crypto/seal/json.h"

namespace sandyk::desk {
namespace {

constexpr std::string_view format = "sandyk-week-keys/1";
constexpr std::size_t max_size = 16 * 1024;

}  // namespace

std::optional<WeekKeys> parse_week_keys(crypto::ByteView json) {
  const auto file = crypto::parse_format(json, max_size, format);
  if (!file) return std::nullopt;
  const auto week_text = crypto::text_member(*file, "week");
  const auto week = week_text ? crypto::Week::parse(*week_text) : std::nullopt;
  const auto entry = file->find("organisation");
  if (!week || entry == file->end()) return std::nullopt;
  auto organisation = crypto::parse_organisation(*entry);
  if (!organisation) return std::nullopt;
  return WeekKeys{*week, std::move(*organisation)};
}

std::string write_week_keys(const WeekKeys& keys) {
  crypto::Json out;
  out["format"] = format;
  out["week"] = keys.week.text();
  out["organisation"] = crypto::write_organisation(keys.organisation);
  return crypto::write_json(out);
}

}  // namespace sandyk::desk
