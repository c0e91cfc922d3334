#include "desk/week_epochs.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "crypto/seal/json_members.h"
#include "desk/receipts.h"
#include "storage/epoch_files.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::Date;
using crypto::EpochId;

constexpr std::size_t max_tombstone = 64 * 1024;
constexpr std::size_t max_bundle = 16U << 20;  // 256 log entries of at most 64 KiB

bool has_epoch_after(const fs::path& vault, Date day) {
  for (const std::string& name : storage::names_in(vault / "epochs"))
    if (const auto info = storage::read_epoch_info(vault / "epochs" / name); info && info->date > day)
      return true;
  return false;
}

bool has_tombstone_after(const fs::path& vault, Date day) {
  for (const std::string& name : storage::names_in(vault / "tombstones")) {
    const auto bytes = crypto::read_file(vault / "tombstones" / name, max_tombstone);
    const auto tombstone =
        bytes ? crypto::parse_format(*bytes, max_tombstone, "sandyk-tombstone/1") : std::nullopt;
    const auto date = tombstone ? crypto::date_member(*tombstone, "date") : std::nullopt;
    if (date && *date > day) return true;
  }
  return false;
}

/// True when a line `date <day>` in `entries` names a later day.
bool names_day_after(std::string_view entries, Date day) {
  constexpr std::string_view line = "\ndate ";
  for (auto at = entries.find(line); at != std::string_view::npos; at = entries.find(line, at + 1)) {
    const auto date = Date::parse(entries.substr(at + line.size(), 10));
    if (date && *date > day) return true;
  }
  return false;
}

/// Looks into the bundles of the audit log (C2SP tlog-tiles, tile/entries/…). The log is not verified here:
/// the question is whether this copy is fresh, not whether its server is honest.
bool has_log_entry_after(const fs::path& vault, Date day) {
  std::error_code fault;
  for (fs::recursive_directory_iterator at(vault / "log" / "tile" / "entries", fault), end;
       !fault && at != end; at.increment(fault)) {
    if (!storage::is_file(at->path())) continue;
    const auto bundle = crypto::read_file(at->path(), max_bundle);
    if (bundle && names_day_after(crypto::text_of(*bundle), day)) return true;
  }
  return false;
}

bool is_imported(const fs::path& folder, EpochId id, const OrganisationWeek& week, const std::string& site,
                 const std::vector<fs::path>& receipt_folders) {
  const auto mark = storage::read_mark(folder);
  if (!mark) return false;  // it was open when it was copied: more may have come
  const auto& o = week.organisation;
  return std::any_of(receipt_folders.begin(), receipt_folders.end(), [&](const fs::path& receipts) {
    const auto receipt = read_receipt(receipts, id, o.id, o.desk_key, site);
    return receipt && receipt->is_complete && receipt->database == mark->database &&
           receipt->key == mark->key;
  });
}

}  // namespace

tl::expected<OrganisationWeek, Problem> find_week(const SiteRecord& site, crypto::Week week,
                                                  const std::string& organisation) {
  const auto* keyring = site.keyring(week);
  if (keyring == nullptr)
    return problem(
        fmt::format("There is no keyring of {} signed by the root, neither in the vault nor in the home: "
                    "without it nobody knows until when its reports could arrive.",
                    week.text()),
        crypto::exit_usage);
  for (const auto& entry : keyring->content().organisations)
    if (entry.id == organisation) return OrganisationWeek{*keyring, entry};
  return problem(fmt::format("The keyring of {} is not for {}.", week.text(), organisation),
                 crypto::exit_usage);
}

tl::expected<std::vector<EpochId>, Problem> epochs_not_imported(
    const fs::path& vault, const OrganisationWeek& week, const std::string& site,
    const std::vector<fs::path>& receipt_folders) {
  if (!storage::is_folder(vault / "epochs"))
    return problem(fmt::format("{} is not a vault: it has no folder epochs.", vault.string()),
                   crypto::exit_usage);
  const auto& keyring = week.keyring.content();
  if (!has_epoch_after(vault, keyring.accept_until) && !has_tombstone_after(vault, keyring.accept_until) &&
      !has_log_entry_after(vault, keyring.accept_until))
    return problem(
        fmt::format("The copy of the vault is too old to know: reports of {} could arrive until {}, and "
                    "nothing in it is dated later. Export again.",
                    keyring.week.text(), keyring.accept_until.text()));
  // That of the day before may still have been open when the first report of the week came at midnight.
  const Date first_day = keyring.not_before + std::chrono::days(-1);
  std::vector<EpochId> missing;
  for (const std::string& name : storage::names_in(vault / "epochs")) {
    const fs::path folder = vault / "epochs" / name;
    const auto id = EpochId::parse(name);
    if (!id || !storage::is_folder(folder)) continue;
    const auto info = storage::read_epoch_info(folder);
    const bool is_of_other_days = info && (info->date < first_day || info->date > keyring.accept_until);
    if (!is_of_other_days && !is_imported(folder, *id, week, site, receipt_folders)) missing.push_back(*id);
  }
  std::sort(missing.begin(), missing.end());
  return missing;
}

}  // namespace sandyk::desk
