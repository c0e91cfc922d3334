#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/page.h"
#include "storage/holds.h"

namespace sandyk::audit {
namespace {

using std::chrono::days;

constexpr days soon{30};
constexpr std::size_t most_rows = 60, most_changes = 100;

std::string table(std::string_view columns, const std::vector<std::string>& rows, std::size_t most) {
  std::string text = "<table><tr>";
  while (!columns.empty()) {
    const auto bar = columns.find('|');
    text += fmt::format("<th>{}</th>", columns.substr(0, bar));
    columns = bar == std::string_view::npos ? "" : columns.substr(bar + 1);
  }
  text += "</tr>\n";
  for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) text += rows[i];
  text += "</table>\n";
  if (rows.size() > most) text += fmt::format("<p class=\"small\">And {} more.</p>\n", rows.size() - most);
  return text;
}

const crypto::Policy* policy_now(const Evidence& evidence) {
  return evidence.policy_at(evidence.as_of, evidence.size());
}

std::string terms_of(const crypto::PolicyContent& policy) {
  const auto& unread = policy.unread;
  std::string text = fmt::format(
      "<p>An epoch, which is one day's reports, is deleted <b>{} days</b> after its beginning at the latest. "
      "When every organisation of its week has said that it imported it whole, it goes <b>{} days</b> after "
      "the "
      "last of them, though not before <b>{} days</b> have passed. What two people hold stays until the hold "
      "ends.</p>\n",
      unread.keep_days, unread.after_import_days, unread.min_days);
  return text +
         fmt::format(
             "<p class=\"small\">Policy serial {}, in force from {}, to be reviewed by {}. Who answers for "
             "it: {}.</p>\n",
             policy.serial, policy.not_before.text(), policy.review_by.text(), escaped(policy.owner));
}

/// When the keys of each week must be gone, and for how many organisations it is logged that they are.
std::string keys_of(const Evidence& evidence) {
  std::set<std::pair<std::string, std::string>> destroyed;
  for (const Event* event : evidence.events_of("key-destroyed"))
    destroyed.emplace(event->entry.value("week").value_or(""),
                      event->entry.value("organisation").value_or(""));
  std::vector<std::string> rows;
  for (const auto& [week, keyring] : evidence.keyrings->all()) {
    const auto& content = keyring.content();
    const auto done = std::count_if(content.organisations.begin(), content.organisations.end(),
                                    [&, w = week.text()](const auto& o) {
                                      return destroyed.contains({w, o.id});
                                    });
    rows.push_back(fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{} of {}</td></tr>\n", week.text(),
                               content.accept_until.text(), content.destroy_by.text(), done,
                               content.organisations.size()));
  }
  std::reverse(rows.begin(), rows.end());
  return table("Keys of the week|Its reports may arrive until|Destroyed by|Logged as destroyed", rows,
               most_rows);
}

std::string row_of(const Standing& standing) {
  const auto& departure = standing.departure;
  std::string why(word_of(standing.what));
  if (standing.what == Class::waiting) {
    why = "goes unread";
    if (!departure.lacking.empty()) {
      why += ": no receipt of ";
      for (const std::string& organisation : departure.lacking)
        why += (&organisation == &departure.lacking.front() ? "" : ", ") + organisation;
    }
  } else if (standing.what == Class::imported) {
    why += " by every organisation";
  } else if (standing.what == Class::held) {
    why += " until " + departure.held_until->text();
  }
  return fmt::format("<tr class=\"{}\"><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                     standing.what == Class::overdue ? "fails" : "", standing.goes.text(),
                     departure.facts.id.hex(), departure.facts.begun.text(), escaped(why));
}

bool is_held(const storage::KeyringSet& keyrings, const crypto::PolicyContent& policy,
             const crypto::Hold& hold) {
  const auto approved = storage::approved_holds(policy, keyrings);
  return std::any_of(approved.begin(), approved.end(), [&](const crypto::Hold& a) {
    return a.id == hold.id && a.until == hold.until && a.epochs == hold.epochs;
  });
}

std::string change_of(const storage::LogEntry& entry) {
  const auto value = [&](std::string_view key) { return escaped(entry.value(key).value_or("?")); };
  const std::string hash = value("sha256");
  if (entry.type() == "policy")
    return fmt::format("policy serial {}</td><td><code>{}</code>", value("serial"), hash);
  if (entry.type() == "keyring")
    return fmt::format("keyring of {}, serial {}</td><td><code>{}</code>", value("week"), value("serial"),
                       hash);
  if (entry.type() == "software")
    return fmt::format("program, version {}</td><td><code>{}</code>", value("version"), hash);
  return fmt::format("page, language {}</td><td><code>{}</code>", value("language"), hash);
}

}  // namespace

std::string schedule_of(const Evidence& evidence) {
  std::string text = "<h2>The schedule</h2>\n";
  if (!evidence.keyrings) return text + "<p>Not known without the root key.</p>\n";
  const crypto::Policy* policy = policy_now(evidence);
  text += policy ? terms_of(policy->content())
                 : "<p>No logged policy is in force: nothing is deleted by itself.</p>\n";
  return text + keys_of(evidence);
}

std::string due_of(const Evidence& evidence, const std::vector<Standing>& standings) {
  std::string text = fmt::format("<h2>Overdue, and due within {} days</h2>\n", soon.count());
  std::vector<std::string> overdue, due;
  for (const Standing& standing : standings) {
    if (standing.what == Class::overdue)
      overdue.push_back(row_of(standing));
    else if (standing.goes <= evidence.as_of + soon)
      due.push_back(row_of(standing));
  }
  text +=
      fmt::format("<p>Overdue: <b>{}</b>. Due within {} days: <b>{}</b>. Later: {}.</p>\n", overdue.size(),
                  soon.count(), due.size(), standings.size() - overdue.size() - due.size());
  overdue.insert(overdue.end(), due.begin(), due.end());
  return overdue.empty() ? text : text + table("Goes on|Epoch|Begun|Why", overdue, most_rows);
}

std::string holds_of(const Evidence& evidence) {
  std::string text = "<h2>Holds</h2>\n";
  const crypto::Policy* policy = policy_now(evidence);
  if (policy == nullptr || policy->content().holds.empty())
    return text + "<p>None in the policy in force.</p>\n";
  std::vector<std::string> rows;
  for (const crypto::Hold& hold : policy->content().holds) {
    const bool counts = is_held(*evidence.keyrings, policy->content(), hold);
    const bool is_late = hold.review_by < evidence.as_of;
    rows.push_back(
        fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}{}</td><td>{}</td></tr>\n",
                    escaped(hold.id), escaped(hold.reason), hold.epochs.size(), hold.until.text(),
                    hold.review_by.text(), is_late ? " (past)" : "", counts ? "yes" : "NO: does not count"));
  }
  return text + table("Hold|Reason|Epochs|Until|To be reviewed by|Approved by two", rows, crypto::max_holds);
}

std::string changes_of(const Evidence& evidence) {
  std::string text = "<h2>Changes</h2>\n";
  if (!evidence.log) return text + "<p>Not known: the log does not verify.</p>\n";
  constexpr std::string_view types[] = {"policy", "keyring", "software", "page"};
  std::vector<std::string> rows;
  std::size_t imported = 0, unread = 0;
  for (const Event& event : evidence.events) {
    const auto& entry = event.entry;
    if (entry.type() == "purge") ++(entry.value("reason") == "imported" ? imported : unread);
    if (std::find(std::begin(types), std::end(types), entry.type()) != std::end(types))
      rows.push_back(fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", entry.date().text(), change_of(entry)));
  }
  std::reverse(rows.begin(), rows.end());
  text += fmt::format("<p>Epochs opened: {}. Deleted after import: {}. Deleted unread: {}.</p>\n",
                      evidence.events_of("epoch-opened").size(), imported, unread);
  return text + table("Logged on|What changed|SHA-256", rows, most_changes);
}

}  // namespace sandyk::audit
