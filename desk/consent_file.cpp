#include "desk/consent_file.h"

#include <fmt/format.h>

#include "crypto/seal/file.h"
#include "crypto/seal/json_members.h"

namespace sandyk::desk {
namespace {

constexpr std::string_view format = "sandyk-destroy-unread/1";
constexpr std::size_t max_size = 64 * 1024;

}  // namespace

std::optional<ConsentFile> parse_consent_file(crypto::ByteView json) {
  const auto file = crypto::parse_format(json, max_size, format);
  if (!file) return std::nullopt;
  auto site = crypto::site_member(*file, "site");
  auto organisation = crypto::text_member(*file, "organisation");
  const auto week = crypto::week_member(*file, "week");
  auto epochs = crypto::epochs_member(*file, "epochs");
  auto signed_by = crypto::approvals_member(*file);
  if (!site || !organisation || !crypto::is_short_name(*organisation) || !week || !epochs || !signed_by)
    return std::nullopt;
  return ConsentFile{
      std::move(*site), std::move(*organisation), *week, {std::move(*epochs), std::move(*signed_by)}};
}

std::string write_consent_file(const ConsentFile& file) {
  crypto::Json out;
  out["format"] = format;
  out["site"] = file.site;
  out["organisation"] = file.organisation;
  out["week"] = file.week.text();
  out["epochs"] = crypto::write_epochs(file.consent.epochs);
  out["signed_by"] = crypto::write_approvals(file.consent.signed_by);
  return crypto::write_json(out);
}

tl::expected<ConsentFile, Problem> read_consent_file(const std::filesystem::path& file) {
  const auto bytes = crypto::read_file(file, max_size);
  if (!bytes)
    return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())),
                   crypto::exit_usage);
  auto consent = parse_consent_file(*bytes);
  if (!consent)
    return problem(
        fmt::format("{} is not a file that `sandyk-desk keys destroy-unread new` made.", file.string()),
        crypto::exit_usage);
  return std::move(*consent);
}

}  // namespace sandyk::desk
