#include "audit/checks.h"

#include <iterator>

namespace sandyk::audit {

std::vector<Check> check_all(const Evidence& evidence) {
  std::vector<Check> all;
  for (const auto part : {check_log, check_rules, check_epochs, check_deletions, check_keys}) {
    auto checks = part(evidence);
    std::move(checks.begin(), checks.end(), std::back_inserter(all));
  }
  return all;
}

std::optional<Check> without(const Evidence& evidence, Needs needs, std::string_view what) {
  if (needs.folder && evidence.is_remote)
    return not_checked(what, "a server does not show it: needs the vault, or an export of it");
  if (needs.log && !evidence.log) return not_checked(what, "the log does not verify");
  if (needs.root && !evidence.keyrings) return not_checked(what, "needs --root-key");
  return std::nullopt;
}

const std::vector<std::string_view> beyond_any_auditor = {
    "What a report says, or who sent it: nobody without an organisation's key can open one, and the server "
    "does not know.",
    "That the server kept every report that was sent: only a reporter who was told that it arrived knows "
    "that it did.",
    "That no copy was made of what was deleted: of epochs on another disk, of keys in another place.",
    "That an organisation's key is really destroyed: its statement is signed, the deed is not to be seen.",
    "That the program which ran is the one whose hash was logged: the machine said so itself.",
    "That everybody is shown the same log: only witnesses, or comparing checkpoints with others, tell that.",
};

}  // namespace sandyk::audit
