#include "storage/holds.h"

#include <algorithm>
#include <iterator>

namespace sandyk::storage {

std::vector<crypto::VerifyKey> approvers(const crypto::PolicyContent& policy, const KeyringSet& keyrings) {
  std::vector<crypto::VerifyKey> keys = policy.officers;
  for (const auto& entry : keyrings.all())
    for (const crypto::Organisation& organisation : entry.second.content().organisations)
      if (std::find(keys.begin(), keys.end(), organisation.desk_key) == keys.end())
        keys.push_back(organisation.desk_key);
  return keys;
}

std::vector<crypto::Hold> approved_holds(const crypto::PolicyContent& policy, const KeyringSet& keyrings) {
  const auto allowed = approvers(policy, keyrings);
  std::vector<crypto::Hold> approved;
  std::copy_if(policy.holds.begin(), policy.holds.end(), std::back_inserter(approved),
               [&](const crypto::Hold& hold) {
                 return crypto::approved_by_two(crypto::hold_text(policy.site, hold), hold.signed_by, allowed,
                                                policy.site, hold.until.text());
               });
  return approved;
}

crypto::PolicyContent with_approved_holds(const crypto::PolicyContent& policy, const KeyringSet& keyrings) {
  crypto::PolicyContent content = policy;
  content.holds = approved_holds(policy, keyrings);
  return content;
}

}  // namespace sandyk::storage
