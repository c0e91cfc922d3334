#include "desk/keys_due.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "desk/keyring_signing.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::Week;

/// The week of `<week>.age`.
std::optional<Week> week_of_identity(const std::string& name) {
  constexpr std::string_view ending = ".age";
  if (!name.ends_with(ending)) return std::nullopt;
  return Week::parse(std::string_view(name).substr(0, name.size() - ending.size()));
}

KeysOfWeek keys_of(const std::string& organisation, Week week, const std::optional<SiteRecord>& site) {
  const auto* keyring = site ? site->keyring(week) : nullptr;
  if (keyring != nullptr) return {organisation, week, keyring->content().destroy_by, false};
  return {organisation, week, usual_destroy_by(week), true};
}

std::string weeks_text(const std::vector<Week>& weeks) {
  std::vector<std::string> texts;
  for (Week week : weeks) texts.push_back(week.text());
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string line(const KeysOfWeek& keys, std::string_view state) {
  return fmt::format("{} of {}: {}, to be destroyed by {}{}\n", keys.week.text(), keys.organisation, state,
                     keys.destroy_by.text(), keys.is_estimated ? " (estimated: no keyring here)" : "");
}

}  // namespace

KeysDue keys_due(const Home& home, const std::optional<SiteRecord>& site, Date today) {
  KeysDue due;
  for (const std::string& organisation : home.organisations()) {
    std::vector<Week> present;
    for (const std::string& name : storage::names_in(home.organisation(organisation)))
      if (const auto week = week_of_identity(name)) present.push_back(*week);
    for (Week week : present) {
      const KeysOfWeek keys = keys_of(organisation, week, site);
      auto& list = keys.destroy_by < today               ? due.overdue
                   : keys.destroy_by <= today + due_soon ? due.soon
                                                         : due.later;
      list.push_back(keys);
    }
    WeeksMissing missing{organisation, {}};
    for (int i = 0; i < weeks_to_be_ready; ++i) {
      const Week week = Week(today) + std::chrono::weeks(i);
      if (std::find(present.begin(), present.end(), week) == present.end()) missing.weeks.push_back(week);
    }
    if (!missing.weeks.empty()) due.without_keys.push_back(std::move(missing));
  }
  for (int i = 0; site && !site->keyrings().empty() && i < weeks_to_be_ready; ++i) {
    const Week week = Week(today) + std::chrono::weeks(i);
    if (site->keyring(week) == nullptr) due.without_keyring.push_back(week);
  }
  for (auto* list : {&due.overdue, &due.soon, &due.later})
    std::sort(list->begin(), list->end(), [](const KeysOfWeek& a, const KeysOfWeek& b) {
      return std::tie(a.destroy_by, a.organisation) < std::tie(b.destroy_by, b.organisation);
    });
  return due;
}

std::string in_short(const KeysDue& due) {
  std::string text;
  if (!due.overdue.empty() || !due.soon.empty())
    text +=
        fmt::format("Keys to destroy: {} overdue, {} within {} days (`sandyk-desk keys due` lists them).\n",
                    due.overdue.size(), due.soon.size(), due_soon.count());
  if (!due.without_keys.empty() || !due.without_keyring.empty())
    text += fmt::format("A new batch of weeks is due: keys or keyrings are missing for the next {} weeks.\n",
                        weeks_to_be_ready);
  return text;
}

std::string in_full(const KeysDue& due) {
  std::string text;
  for (const auto& keys : due.overdue) text += line(keys, "OVERDUE");
  for (const auto& keys : due.soon) text += line(keys, "due soon");
  for (const auto& keys : due.later) text += line(keys, "in use");
  if (due.overdue.empty() && due.soon.empty()) text += "No keys are to be destroyed yet.\n";
  for (const auto& [organisation, weeks] : due.without_keys)
    text +=
        fmt::format("{} has no keys for {}: make a new batch (`sandyk-desk keys new --org {} --weeks 8`).\n",
                    organisation, weeks_text(weeks), organisation);
  if (!due.without_keyring.empty())
    text += fmt::format(
        "No keyring is signed for {}: carry the public files to the root key (`sandyk-desk keyring "
        "sign`).\n",
        weeks_text(due.without_keyring));
  return text;
}

}  // namespace sandyk::desk
