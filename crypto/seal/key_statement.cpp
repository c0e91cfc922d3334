#include "crypto/seal/key_statement.h"

#include "crypto/seal/json_members.h"

namespace sandyk::crypto {
namespace {

constexpr std::string_view format = "sandyk-key-destroyed/1";
constexpr std::size_t max_size = 64 * 1024;

/// Absent when every epoch was imported; present and wrong is a fault.
std::optional<std::optional<UnreadConsent>> unread_member(const Json& statement) {
  const auto unread = statement.find("unread");
  if (unread == statement.end()) return std::optional<UnreadConsent>();
  auto epochs = epochs_member(*unread, "epochs");
  auto signed_by = approvals_member(*unread);
  if (!epochs || !signed_by || signed_by->size() != needed_approvals) return std::nullopt;
  return UnreadConsent{std::move(*epochs), std::move(*signed_by)};
}

}  // namespace

std::optional<KeyDestroyed> parse_key_destroyed(ByteView json) {
  const auto s = parse_format(json, max_size, format);
  if (!s) return std::nullopt;
  auto site = site_member(*s, "site");
  auto organisation = text_member(*s, "organisation");
  const auto week = week_member(*s, "week");
  const auto recipient = digest_member(*s, "recipient_sha256");
  const auto date = date_member(*s, "date");
  auto unread = unread_member(*s);
  if (!site || !organisation || !is_short_name(*organisation) || !week || !recipient || !date || !unread)
    return std::nullopt;
  return KeyDestroyed{std::move(*site),  std::move(*organisation), *week, *recipient, *date,
                      std::move(*unread)};
}

std::string write_key_destroyed(const KeyDestroyed& s) {
  Json out;
  out["format"] = format;
  out["site"] = s.site;
  out["organisation"] = s.organisation;
  out["week"] = s.week.text();
  out["recipient_sha256"] = s.recipient.hex();
  out["date"] = s.date.text();
  if (s.unread)
    out["unread"] = {{"epochs", write_epochs(s.unread->epochs)},
                     {"signed_by", write_approvals(s.unread->signed_by)}};
  return write_json(out);
}

tl::expected<KeyDestroyed, SignatureFault> verify_key_destroyed(ByteView json,
                                                                std::string_view signature_file,
                                                                const VerifyKey& desk_key,
                                                                std::string_view site) {
  const auto mark = verify(desk_key, json, signature_file, SignedKind::statement, site);
  if (!mark) return tl::unexpected(mark.error());
  auto statement = parse_key_destroyed(json);
  if (!statement || statement->date.text() != *mark) return tl::unexpected(SignatureFault::malformed);
  if (statement->site != site) return tl::unexpected(SignatureFault::other_site);
  return std::move(*statement);
}

std::string unread_text(std::string_view site, std::string_view organisation, Week week,
                        const std::vector<EpochId>& epochs) {
  std::string text = "sandyk/destroy-unread/1\n";
  for (const std::string& line : {std::string(site), std::string(organisation), week.text(), joined(epochs)})
    text += line + "\n";
  return text;
}

}  // namespace sandyk::crypto
