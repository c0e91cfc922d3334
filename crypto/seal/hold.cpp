#include "crypto/seal/hold.h"

#include <algorithm>

#include "crypto/seal/json_members.h"

namespace sandyk::crypto {

std::string hold_text(std::string_view site, const Hold& hold) {
  std::string text = "sandyk/hold/1\n";
  for (const std::string& line : {std::string(site), hold.id, joined(hold.epochs), hold.reason,
                                  hold.until.text(), hold.review_by.text()})
    text += line + "\n";
  return text;
}

std::optional<Hold> parse_hold(const Json& entry) {
  auto id = text_member(entry, "id");
  auto epochs = epochs_member(entry, "epochs");
  auto reason = text_member(entry, "reason");
  const auto until = date_member(entry, "until");
  const auto review_by = date_member(entry, "review_by");
  auto signed_by = approvals_member(entry);
  if (!id || !is_short_name(*id) || !epochs || !reason || !until || !review_by || !signed_by)
    return std::nullopt;
  if (std::find(hold_reasons.begin(), hold_reasons.end(), *reason) == hold_reasons.end()) return std::nullopt;
  return Hold{std::move(*id), std::move(*epochs), std::move(*reason),
              *until,         *review_by,         std::move(*signed_by)};
}

Json write_hold(const Hold& hold) {
  Json entry;
  entry["id"] = hold.id;
  entry["epochs"] = write_epochs(hold.epochs);
  entry["reason"] = hold.reason;
  entry["until"] = hold.until.text();
  entry["review_by"] = hold.review_by.text();
  entry["signed_by"] = write_approvals(hold.signed_by);
  return entry;
}

}  // namespace sandyk::crypto
