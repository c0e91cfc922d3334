#include "desk/approving.h"

#include <fmt/format.h>

#include <algorithm>

namespace sandyk::desk {
namespace {

using crypto::Approval;
using crypto::SigningKey;

tl::expected<SigningKey, Problem> unlock(const Approver& approver) {
  const auto file = approver.key_file.empty() ? approver.home.desk_secret() : approver.key_file;
  const std::string whose = approver.key_file.empty() ? "the desk key" : "the key " + file.string();
  const auto passphrase = ask_passphrase(approver.passphrases, whose);
  if (!passphrase) return tl::unexpected(passphrase.error());
  return read_signing_key(file, *passphrase, whose);
}

}  // namespace

tl::expected<std::size_t, Problem> add_approval(std::vector<Approval>& approvals, const Approvable& what,
                                                const Approver& approver) {
  for (const Approval& approval : approvals)
    if (!approval.is_of(what.text, what.site, what.mark))
      return problem(
          fmt::format("The approval by {} does not fit this file: it was changed afterwards. Start again "
                      "with a new one.",
                      approval.key.text()),
          crypto::exit_unverified);
  if (approvals.size() >= crypto::needed_approvals)
    return problem("It has its two approvals already.", crypto::exit_usage);
  const auto key = unlock(approver);
  if (!key) return tl::unexpected(key.error());
  const auto is_this_key = [&](const Approval& a) { return crypto::is_same_key(a.key, key->verify_key()); };
  if (std::any_of(approvals.begin(), approvals.end(), is_this_key))
    return problem("This key has approved it already: it takes two people.", crypto::exit_usage);
  approvals.push_back({key->verify_key(), key->sign(crypto::bytes_of(what.text),
                                                    crypto::SignedKind::statement, what.site, what.mark)});
  return crypto::needed_approvals - approvals.size();
}

}  // namespace sandyk::desk
