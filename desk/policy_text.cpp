#include "desk/policy_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace sandyk::desk {
namespace {

using crypto::Hold;
using crypto::PolicyContent;
using crypto::VerifyKey;

std::string changed(std::string_view what, const std::string& before, const std::string& now) {
  return before == now ? "" : fmt::format("  {}: {} -> {}\n", what, before, now);
}

std::string one_hold(const Hold& hold) {
  return fmt::format("{} ({} epochs, {}, until {}, review by {})", hold.id, hold.epochs.size(), hold.reason,
                     hold.until.text(), hold.review_by.text());
}

std::map<std::string, std::string> by_id(const PolicyContent* policy) {
  std::map<std::string, std::string> holds;
  if (policy != nullptr)
    for (const Hold& hold : policy->holds) holds[hold.id] = one_hold(hold);
  return holds;
}

std::string changes_of_holds(const PolicyContent* before, const PolicyContent& now) {
  std::string text;
  const auto old = by_id(before), current = by_id(&now);
  for (const auto& [id, words] : current)
    if (!old.contains(id)) text += fmt::format("  hold added: {}\n", words);
  for (const auto& [id, words] : old) {
    if (!current.contains(id)) text += fmt::format("  hold gone: {}\n", words);
    if (current.contains(id) && current.at(id) != words) text += changed("hold", words, current.at(id));
  }
  return text;
}

std::string changes_of_officers(const std::vector<VerifyKey>& before, const std::vector<VerifyKey>& now) {
  std::string text;
  const auto has = [](const auto& list, const VerifyKey& key) {
    return std::find(list.begin(), list.end(), key) != list.end();
  };
  for (const VerifyKey& key : now)
    if (!has(before, key)) text += fmt::format("  officer added: {}\n", key.text());
  for (const VerifyKey& key : before)
    if (!has(now, key)) text += fmt::format("  officer gone: {}\n", key.text());
  return text;
}

std::string days_text(unsigned days) {
  return std::to_string(days);
}

}  // namespace

std::string in_words(const crypto::UnreadTerms& t) {
  return fmt::format(
      "An epoch stays at most {} days from the day it was begun, imported or not. When every organisation "
      "has sent "
      "a complete import receipt it goes {} days after the last of them, but not before its day {}. Only a "
      "hold of "
      "two people keeps it longer.\n",
      t.keep_days, t.after_import_days, t.min_days);
}

std::string changes(const PolicyContent* before, const PolicyContent& now) {
  if (before == nullptr)
    return fmt::format(
               "  the first policy of this site\n  answers for it: {}\n  in force from {}, review by {}\n  "
               "log key: {}\n",
               now.owner, now.not_before.text(), now.review_by.text(), now.log_key) +
           changes_of_officers({}, now.officers) + changes_of_holds(nullptr, now);
  const auto &b = before->unread, &n = now.unread;
  std::string text =
      changed("answers for it", before->owner, now.owner) +
      changed("in force from", before->not_before.text(), now.not_before.text()) +
      changed("review by", before->review_by.text(), now.review_by.text()) +
      changed("longest stay in days", days_text(b.keep_days), days_text(n.keep_days)) +
      changed("shortest stay in days", days_text(b.min_days), days_text(n.min_days)) +
      changed("days after the last import", days_text(b.after_import_days), days_text(n.after_import_days)) +
      changed("log key", before->log_key, now.log_key) + changes_of_officers(before->officers, now.officers) +
      changes_of_holds(before, now);
  return text.empty() ? "  nothing but the serial\n" : text;
}

}  // namespace sandyk::desk
