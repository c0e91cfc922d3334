#include "desk/hold_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/seal/file.h"
#include "crypto/seal/json_members.h"

namespace sandyk::desk {
namespace {

constexpr std::string_view format = "sandyk-hold/1";
constexpr std::size_t max_size = 64 * 1024;
constexpr std::size_t id_digits = 16;

}  // namespace

std::optional<HoldFile> parse_hold_file(crypto::ByteView json) {
  const auto file = crypto::parse_format(json, max_size, format);
  if (!file) return std::nullopt;
  auto site = crypto::site_member(*file, "site");
  auto hold = crypto::parse_hold(*file);
  if (!site || !hold) return std::nullopt;
  return HoldFile{std::move(*site), std::move(*hold)};
}

std::string write_hold_file(const HoldFile& file) {
  crypto::Json out;
  out["format"] = format;
  out["site"] = file.site;
  out.update(crypto::write_hold(file.hold));
  return crypto::write_json(out);
}

tl::expected<HoldFile, Problem> read_hold_file(const std::filesystem::path& file) {
  const auto bytes = crypto::read_file(file, max_size);
  if (!bytes)
    return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())),
                   crypto::exit_usage);
  auto hold = parse_hold_file(*bytes);
  if (!hold)
    return problem(fmt::format("{} is not a file that `sandyk-desk hold new` made.", file.string()),
                   crypto::exit_usage);
  return std::move(*hold);
}

tl::expected<void, Problem> settle_hold(crypto::Hold& hold, crypto::Date today) {
  std::sort(hold.epochs.begin(), hold.epochs.end());
  hold.epochs.erase(std::unique(hold.epochs.begin(), hold.epochs.end()), hold.epochs.end());
  if (hold.id.empty()) hold.id = crypto::random_epoch_id().hex().substr(0, id_digits);
  if (!crypto::is_short_name(hold.id))
    return problem("A hold's id is 1 to 32 of a-z, 0-9 and '-'.", crypto::exit_usage);
  if (hold.epochs.empty() || hold.epochs.size() > crypto::max_listed_epochs)
    return problem("A hold names 1 to 1000 epochs.", crypto::exit_usage);
  if (hold.until < today) return problem("The hold would be over already.", crypto::exit_usage);
  if (hold.review_by > hold.until || hold.review_by < today)
    return problem("A hold is looked at again between today and its end: --review-by is not in between.",
                   crypto::exit_usage);
  return {};
}

}  // namespace sandyk::desk
