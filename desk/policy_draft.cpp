#include "desk/policy_draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "desk/site_record.h"
#include "desk/terminal.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::exit_usage;
using crypto::PolicyContent;
using crypto::VerifyKey;

constexpr std::chrono::days review_after{365};
constexpr std::string_view no_officers = "none";
using Taken = tl::expected<void, std::string>;  ///< the error completes "The answer …"

tl::unexpected<std::string> because(std::string why) {
  return tl::unexpected(std::move(why));
}

Taken take_days(const std::string& answer, unsigned& days) {
  unsigned value = 0;
  const auto [end, fault] = std::from_chars(answer.data(), answer.data() + answer.size(), value);
  if (fault != std::errc() || end != answer.data() + answer.size() || value > crypto::max_keep_days)
    return because(fmt::format("is a number of days, at most {}", crypto::max_keep_days));
  days = value;
  return {};
}

Taken take_date(const std::string& answer, Date& date) {
  const auto day = Date::parse(answer);
  if (!day) return because("is a day such as 2026-11-23");
  date = *day;
  return {};
}

/// A text, or the name of a file with that text in its first line.
std::string line_or_file(const std::string& answer) {
  const auto bytes = crypto::read_file(answer, crypto::minisign::max_file);
  if (!bytes) return answer;
  const auto text = crypto::text_of(*bytes);
  return std::string(text.substr(0, text.find('\n')));
}

Taken take_log_key(const std::string& answer, PolicyContent& policy) {
  const std::string key = line_or_file(answer);
  if (!crypto::is_log_key(key))
    return because("is the server's log key, or a file with it: sandyk/<site>+…+…");
  if (key.substr(0, key.find('+')) != "sandyk/" + policy.site)
    return because(fmt::format("is a log key of another site: its name must be sandyk/{}", policy.site));
  policy.log_key = key;
  return {};
}

Taken take_officers(const std::string& answer, PolicyContent& policy) {
  policy.officers.clear();
  if (answer.empty() || answer == no_officers) return {};
  for (std::size_t at = 0; at <= answer.size();) {
    const auto end = std::min(answer.find(',', at), answer.size());
    const std::string part = answer.substr(at, end - at);
    at = end + 1;
    auto key = VerifyKey::parse(part);
    if (!key)
      if (const auto bytes = crypto::read_file(part, crypto::minisign::max_file))
        key = VerifyKey::parse(crypto::text_of(*bytes));
    if (!key)
      return because(fmt::format("is a list of minisign public keys or files of them; {} is none", part));
    const auto is_it = [&](const VerifyKey& other) { return crypto::is_same_key(other, *key); };
    if (std::any_of(policy.officers.begin(), policy.officers.end(), is_it))
      return because("names the same key twice");
    policy.officers.push_back(*key);
  }
  if (policy.officers.size() > crypto::max_officers) return because("names more than 32 keys");
  return {};
}

Taken take(const std::string& name, const std::string& answer, PolicyContent& policy) {
  if (name == "keep-days") {
    if (auto taken = take_days(answer, policy.unread.keep_days); !taken) return taken;
    return policy.unread.keep_days >= 1 ? Taken() : because("is at least one day");
  }
  if (name == "min-days" || name == "after-import-days") {
    unsigned& days = name == "min-days" ? policy.unread.min_days : policy.unread.after_import_days;
    if (auto taken = take_days(answer, days); !taken) return taken;
    return days <= policy.unread.keep_days
               ? Taken()
               : because(
                     fmt::format("is no more than the {} days of the longest stay", policy.unread.keep_days));
  }
  if (name == "not-before") return take_date(answer, policy.not_before);
  if (name == "review-by") {
    if (auto taken = take_date(answer, policy.review_by); !taken) return taken;
    return policy.review_by > policy.not_before ? Taken() : because("is a day after the first one in force");
  }
  if (name == "log-key") return take_log_key(answer, policy);
  if (name == "officer") return take_officers(answer, policy);
  if (answer.empty() || answer.size() > 300) return because("is 1 to 300 bytes");
  policy.owner = answer;
  return {};
}

std::string officers_text(const PolicyContent& policy) {
  std::vector<std::string> keys;
  for (const VerifyKey& key : policy.officers) keys.push_back(key.text());
  return keys.empty() ? std::string(no_officers) : fmt::format("{}", fmt::join(keys, ","));
}

/// What is proposed, given the answers so far; empty when there is nothing to propose.
std::string proposal(const std::string& name, const PolicyContent& policy) {
  const auto& unread = policy.unread;
  if (name == "owner") return policy.owner;
  if (name == "keep-days") return std::to_string(unread.keep_days);
  if (name == "min-days") return std::to_string(std::min(unread.min_days, unread.keep_days));
  if (name == "after-import-days")
    return std::to_string(std::min(unread.after_import_days, unread.keep_days));
  if (name == "not-before") return std::max(Date::today(), policy.not_before).text();
  if (name == "review-by") return (policy.not_before + review_after).text();
  if (name == "log-key") return policy.log_key;
  return officers_text(policy);
}

/// Asks until the answer fits.
tl::expected<void, Problem> ask(const Terminal& terminal, const PolicyQuestion& question,
                                PolicyContent& policy) {
  const std::string proposed = proposal(question.name, policy);
  if (auto said = terminal.say(fmt::format("\n{}\n", question.meaning)); !said) return said;
  while (true) {
    const auto prompt =
        proposed.empty() ? question.question + ": " : fmt::format("{} [{}]: ", question.question, proposed);
    auto answer = terminal.ask(prompt);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->empty()) *answer = proposed;
    const auto taken = take(question.name, *answer, policy);
    if (taken) return {};
    if (auto said = terminal.say(fmt::format("The answer {}.\n", taken.error())); !said) return said;
  }
}

tl::expected<void, Problem> settle(const PolicyQuestion& question, const std::string& answer, bool is_given,
                                   PolicyContent& policy) {
  if (!is_given && answer.empty())
    return problem(
        fmt::format("--{} is needed: there is nothing to propose. {}", question.name, question.meaning),
        exit_usage);
  if (auto taken = take(question.name, answer, policy); !taken)
    return problem(fmt::format("--{} {}.", question.name, taken.error()), exit_usage);
  return {};
}

}  // namespace

const std::vector<PolicyQuestion>& policy_questions() {
  static const std::vector<PolicyQuestion> questions = {
      {"owner", "Who answers for this policy", "A role, not a person's name: everybody can read it."},
      {"not-before", "First day in force", "From this day on the server deletes by this policy."},
      {"keep-days", "Longest stay, in days",
       "Whatever happens, an epoch is deleted this many days after it was begun, read or unread."},
      {"min-days", "Shortest stay, in days",
       "Nothing is deleted sooner, even when every organisation has imported it: time to notice a mistake."},
      {"after-import-days", "Days after the last import",
       "Once every organisation has said `complete`, the epoch goes after this many days more."},
      {"review-by", "Look at it again by",
       "The day by which somebody asks whether this policy is still right; auditors see when it passes."},
      {"log-key", "The server's log key",
       "The public half of the key that signs the audit log, as `sandyk-intake log-key show` prints it: with "
       "it "
       "anybody can check what was deleted and when."},
      {"officer", "Officers (minisign keys or files, with commas between)",
       "People who may approve holds and destroying unread keys, besides the desks; two must agree each "
       "time."}};
  return questions;
}

tl::expected<PolicyContent, Problem> draft_policy(const Home& home, Answers answers, bool is_asking) {
  const auto root = read_public_key(home.root_public());
  if (!root) return tl::unexpected(root.error());
  const auto chain = read_policy_chain(home.policies(), *root);
  if (!chain) return tl::unexpected(chain.error());
  const Date today = Date::today();
  PolicyContent policy = chain->empty() ? PolicyContent{root->site(), 0,  today, today + review_after, "", "",
                                                        {},           {}, {},    std::nullopt}
                                        : chain->rbegin()->second.content();
  policy.serial += 1;
  policy.previous = chain->empty() ? std::nullopt : std::optional(chain->rbegin()->second.hash());
  if (policy.owner.empty() && !is_asking) policy.owner = "the holders of the root key";

  std::optional<Terminal> terminal;
  for (const PolicyQuestion& question : policy_questions()) {
    const auto given = answers.find(question.name);
    if (given == answers.end() && is_asking) {
      if (!terminal) {
        auto opened = Terminal::open("a policy's terms", "--defaults or an option for each");
        if (!opened) return tl::unexpected(opened.error());
        terminal = std::move(*opened);
      }
      if (auto done = ask(*terminal, question, policy); !done) return tl::unexpected(done.error());
      continue;
    }
    const std::string answer = given == answers.end() ? proposal(question.name, policy) : given->second;
    if (auto done = settle(question, answer, given != answers.end(), policy); !done)
      return tl::unexpected(done.error());
  }
  return policy;
}

}  // namespace sandyk::desk
