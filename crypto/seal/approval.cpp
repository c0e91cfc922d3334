#include "crypto/seal/approval.h"

#include <algorithm>

#include "crypto/seal/json_members.h"

namespace sandyk::crypto {

bool is_same_key(const VerifyKey& a, const VerifyKey& b) {
  return std::equal(a.key().begin(), a.key().end(), b.key().begin(), b.key().end());
}

bool Approval::is_of(std::string_view text, std::string_view site, std::string_view mark) const {
  const auto signed_mark = verify(key, bytes_of(text), signature, SignedKind::statement, site);
  return signed_mark && *signed_mark == mark;
}

bool approved_by_two(std::string_view text, std::span<const Approval> approvals,
                     std::span<const VerifyKey> allowed, std::string_view site, std::string_view mark) {
  std::vector<VerifyKey> signers;
  for (const Approval& approval : approvals) {
    const auto is_signer = [&](const VerifyKey& key) { return is_same_key(key, approval.key); };
    if (std::find(allowed.begin(), allowed.end(), approval.key) == allowed.end() ||
        std::any_of(signers.begin(), signers.end(), is_signer) || !approval.is_of(text, site, mark))
      continue;
    signers.push_back(approval.key);
  }
  return signers.size() >= needed_approvals;
}

std::optional<std::vector<Approval>> approvals_member(const Json& object) {
  if (!object.is_object()) return std::nullopt;
  const auto list = object.find("signed_by");
  if (list == object.end() || !list->is_array() || list->size() > needed_approvals) return std::nullopt;
  std::vector<Approval> approvals;
  for (const Json& entry : *list) {
    const auto key = key_member(entry, "key");
    auto signature = text_member(entry, "signature");
    if (!key || !signature || signature->size() > minisign::max_file) return std::nullopt;
    if (!approvals.empty() && is_same_key(approvals.front().key, *key)) return std::nullopt;
    approvals.push_back({*key, std::move(*signature)});
  }
  return approvals;
}

Json write_approvals(const std::vector<Approval>& approvals) {
  Json list = Json::array();
  for (const Approval& approval : approvals)
    list.push_back({{"key", approval.key.text()}, {"signature", approval.signature}});
  return list;
}

}  // namespace sandyk::crypto
