// A policy that is read, written and read again says the same. Signed, it is accepted by its own root key
// alone, as a policy alone, with its own serial number alone, and only with dates and terms that fit
// together. A hold in it passes only with two signatures of two allowed people over exactly its text.
#include "crypto/seal/policy.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/approval.h"
#include "fuzz/fixed_keys.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;

void is_accepted_for_what_it_is(ByteView json, const PolicyContent& content) {
  const SigningKey& signer = fuzz::signing_key();
  const VerifyKey root = signer.verify_key();
  const auto signature = [&](SignedKind kind, const std::string& mark) {
    return signer.sign(json, kind, root.site(), mark);
  };
  const std::string serial = std::to_string(content.serial);
  const auto policy = Policy::verify(json, signature(SignedKind::policy, serial), root);
  if (!policy) {
    const auto fault = policy.error();
    if (content.site != root.site() ? fault != PolicyFault::other_site
                                    : fault != PolicyFault::wrong_dates && fault != PolicyFault::wrong_terms)
      std::abort();
  } else {
    const PolicyContent& c = policy->content();
    if (policy->json() != text_of(json) || c.site != root.site() || c.review_by <= c.not_before) std::abort();
    const UnreadTerms& t = c.unread;
    if (t.keep_days < 1 || t.keep_days > 3650 || t.min_days > t.keep_days ||
        t.after_import_days > t.keep_days)
      std::abort();
  }
  if (Policy::verify(json, signature(SignedKind::policy, serial + "0"), root)) std::abort();
  if (Policy::verify(json, signature(SignedKind::keyring, serial), root)) std::abort();
  if (Policy::verify(json, signature(SignedKind::policy, serial), fuzz::second_key().verify_key()))
    std::abort();
}

void needs_two_people(const std::string& site, const Hold& hold) {
  const std::string text = hold_text(site, hold), mark = hold.until.text();
  const std::vector<VerifyKey> allowed = {fuzz::signing_key().verify_key(), fuzz::second_key().verify_key()};
  const auto approve = [&](const SigningKey& key, const std::string& what) {
    return Approval{key.verify_key(), key.sign(bytes_of(what), SignedKind::statement, site, mark)};
  };
  const auto passes = [&](const std::vector<Approval>& approvals) {
    return approved_by_two(text, approvals, allowed, site, mark);
  };
  const Approval first = approve(fuzz::signing_key(), text), second = approve(fuzz::second_key(), text);
  if (!passes({first, second}) || passes({first}) || passes({first, first}) || passes(hold.signed_by))
    std::abort();
  if (passes({first, approve(fuzz::second_key(), text + "\n")})) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView json(data, size);
  is_log_key(text_of(json));
  const auto content = parse_policy(json);
  if (!content) return 0;
  if (content->holds.size() > max_holds || content->officers.size() > max_officers) std::abort();
  const std::string written = write_policy(*content);
  const auto again = parse_policy(bytes_of(written));
  if (!again || write_policy(*again) != written) std::abort();
  is_accepted_for_what_it_is(json, *content);
  if (!content->holds.empty()) needs_two_people(content->site, content->holds.front());
  return 0;
}
