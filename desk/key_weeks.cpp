#include "desk/key_weeks.h"

#include <cstdlib>

#include "desk/keys_due.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

/// The week of `<week>.<organisation>.json`, a statement of destruction.
std::optional<crypto::Week> stated_week(std::string_view name, const std::string& organisation) {
  const std::string ending = "." + organisation + ".json";
  if (!name.ends_with(ending)) return std::nullopt;
  return crypto::Week::parse(name.substr(0, name.size() - ending.size()));
}

}  // namespace

std::string_view name_of(KeyState state) {
  switch (state) {
    case KeyState::here:
      return "here";
    case KeyState::to_make:
      return "to_make";
    case KeyState::to_destroy:
      return "to_destroy";
    case KeyState::destroyed:
      return "destroyed";
  }
  std::abort();
}

std::map<std::string, std::map<crypto::Week, KeyState>> weeks_of_keys(const Home& home,
                                                                      const std::optional<SiteRecord>& site,
                                                                      crypto::Date today) {
  std::map<std::string, std::map<crypto::Week, KeyState>> found;
  for (const std::string& organisation : home.organisations()) {
    auto& weeks = found[organisation];
    for (const std::string& name : storage::names_in(home.statements()))
      if (const auto week = stated_week(name, organisation)) weeks[*week] = KeyState::destroyed;
  }
  const KeysDue due = keys_due(home, site, today);
  for (const auto& missing : due.without_keys)
    for (crypto::Week week : missing.weeks) found[missing.organisation].emplace(week, KeyState::to_make);
  for (const auto& keys : due.later) found[keys.organisation][keys.week] = KeyState::here;
  for (const auto* list : {&due.overdue, &due.soon})
    for (const auto& keys : *list) found[keys.organisation][keys.week] = KeyState::to_destroy;
  return found;
}

}  // namespace sandyk::desk
