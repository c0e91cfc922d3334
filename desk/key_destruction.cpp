#include "desk/key_destruction.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "desk/consent_file.h"
#include "desk/week_epochs.h"
#include "desk/week_keys.h"
#include "desk/wiping.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::Date;
using crypto::EpochId;
using crypto::exit_unverified;
using crypto::exit_usage;
using crypto::KeyDestroyed;
using crypto::Week;

constexpr std::size_t max_file = 64 * 1024;
constexpr std::size_t most_named = 10;

fs::path statement_file(const Home& home, Week week, const std::string& organisation) {
  return home.statements() / (week.text() + "." + organisation + ".json");
}

/// What is to be stated, unsigned: the note that the destruction was begun.
fs::path begun_file(const Home& home, Week week, const std::string& organisation) {
  return home.statements() / ("." + week.text() + "." + organisation + ".begun");
}

std::optional<KeyDestroyed> read_begun(const Home& home, Week week, const std::string& organisation) {
  const auto bytes = crypto::read_file(begun_file(home, week, organisation), max_file);
  return bytes ? crypto::parse_key_destroyed(*bytes) : std::nullopt;
}

bool is_there(const fs::path& file) {
  std::error_code fault;
  return fs::exists(fs::symlink_status(file, fault));
}

std::vector<fs::path> receipt_folders_of(const DestructionRequest& request) {
  std::vector<fs::path> folders = {request.home.receipts(), request.vault / "receipts"};
  folders.insert(folders.end(), request.receipt_folders.begin(), request.receipt_folders.end());
  return folders;
}

std::string some_of(const std::vector<EpochId>& epochs) {
  std::string text;
  for (std::size_t i = 0; i < std::min(epochs.size(), most_named); ++i) text += "  " + epochs[i].hex() + "\n";
  return epochs.size() > most_named ? text + "  ...\n" : text;
}

/// The consent fits when it is for exactly these epochs, this week and organisation, by two who may.
tl::expected<crypto::UnreadConsent, Problem> check_consent(const DestructionRequest& request,
                                                           const SiteRecord& site,
                                                           const std::vector<EpochId>& missing) {
  auto file = read_consent_file(request.consent);
  if (!file) return tl::unexpected(file.error());
  if (file->site != site.site() || file->organisation != request.organisation || file->week != request.week)
    return problem(fmt::format("{} is for another site, organisation or week.", request.consent.string()),
                   exit_unverified);
  if (file->consent.epochs != missing)
    return problem(fmt::format("{} is not for exactly the epochs that lack a receipt:\n{}Make a new one.",
                               request.consent.string(), some_of(missing)),
                   exit_unverified);
  const auto what = file->approvable();
  if (!crypto::approved_by_two(what.text, file->consent.signed_by, site.approvers(Date::today()), what.site,
                               what.mark))
    return problem(
        fmt::format("{} is not approved by two people who are officers of the policy or desks of the "
                    "keyrings.",
                    request.consent.string()),
        exit_unverified);
  return std::move(file->consent);
}

/// The public half that stands beside the identity must be the one that the root signed.
tl::expected<void, Problem> check_public_half(const Home& home, const OrganisationWeek& week) {
  const auto file =
      home.identity(week.organisation.id, week.keyring.content().week).replace_extension(".json");
  const auto bytes = crypto::read_file(file, max_file);
  const auto keys = bytes ? parse_week_keys(*bytes) : std::nullopt;
  if (keys && keys->organisation.recipient.text() != week.organisation.recipient.text())
    return problem(
        fmt::format("{} is not the key that the keyring of that week names: a statement about it would be "
                    "about another key.",
                    file.string()),
        exit_unverified);
  const auto own = read_public_key(home.desk_secret().replace_extension(".pub"));
  if (!own) return tl::unexpected(own.error());
  if (*own != week.organisation.desk_key)
    return problem("The desk key of this home is not the one that the keyring of that week names.",
                   exit_unverified);
  return {};
}

/// A key that was destroyed, and is back from a copy, goes without a question.
bool was_stated(const Home& home, const SiteRecord& site, const OrganisationWeek& week) {
  const auto file = statement_file(home, week.keyring.content().week, week.organisation.id);
  const auto json = crypto::read_file(file, max_file);
  const auto signature = crypto::read_file(file.string() + ".minisig", crypto::minisign::max_file);
  return json && signature &&
         crypto::verify_key_destroyed(*json, crypto::text_of(*signature), week.organisation.desk_key,
                                      site.site());
}

tl::expected<void, Problem> is_over(const crypto::KeyringContent& keyring) {
  if (Date::today() > keyring.accept_until) return {};
  return problem(fmt::format("Reports of {} may still arrive until {}: its keys are needed until then.",
                             keyring.week.text(), keyring.accept_until.text()));
}

/// The identity, whatever name it goes by: a run of `keys new` that was cut off may have left it under its
/// temporary one.
tl::expected<void, Problem> wipe_identity(const fs::path& identity) {
  if (auto done = wipe(identity); !done) return done;
  const fs::path folder = identity.parent_path();
  const std::string temporary = "." + identity.filename().string() + ".";
  for (const std::string& name : storage::names_in(folder))
    if (name.starts_with(temporary))
      if (auto done = wipe(folder / name); !done) return done;
  return remove_wiped(folder);
}

tl::expected<void, Problem> state(const KeyDestroyed& statement, const fs::path& file,
                                  const crypto::SigningKey& desk_key) {
  const std::string json = crypto::write_key_destroyed(statement);
  const std::string signature = desk_key.sign(crypto::bytes_of(json), crypto::SignedKind::statement,
                                              statement.site, statement.date.text());
  return put_signed(file, json, signature, crypto::NewFile::Replace::yes);
}

}  // namespace

tl::expected<std::vector<EpochId>, Problem> epochs_to_give_up(const DestructionRequest& request,
                                                              const SiteRecord& site) {
  const auto week = find_week(site, request.week, request.organisation);
  if (!week) return tl::unexpected(week.error());
  if (auto over = is_over(week->keyring.content()); !over) return tl::unexpected(over.error());
  return epochs_not_imported(request.vault, *week, site.site(), receipt_folders_of(request));
}

tl::expected<DestructionPlan, Problem> plan_destruction(const DestructionRequest& request,
                                                        const SiteRecord& site) {
  if (const auto begun = read_begun(request.home, request.week, request.organisation))
    return DestructionPlan{*begun, {"The destruction was begun before and is finished now."}, false};
  const auto week = find_week(site, request.week, request.organisation);
  if (!week) return tl::unexpected(week.error());
  const auto& keyring = week->keyring.content();
  if (!is_there(request.home.identity(request.organisation, request.week)))
    return was_stated(request.home, site, *week)
               ? problem(fmt::format(
                     "The keys of {} were destroyed before; the statement is {}.", request.week.text(),
                     statement_file(request.home, request.week, request.organisation).string()))
               : problem(fmt::format("There is no key of {} for {} in this home.", request.week.text(),
                                     request.organisation),
                         crypto::exit_no_key);
  if (auto done = check_public_half(request.home, *week); !done) return tl::unexpected(done.error());

  DestructionPlan plan{
      {site.site(), request.organisation, request.week,
       crypto::sha256(crypto::bytes_of(week->organisation.recipient.text())), Date::today(), std::nullopt},
      {},
      was_stated(request.home, site, *week)};
  if (plan.is_stated) {
    plan.remarks.push_back("These keys were destroyed before; a copy of them is back, and goes now.");
    return plan;
  }
  const auto missing = epochs_to_give_up(request, site);
  if (!missing) return tl::unexpected(missing.error());
  const bool is_early = Date::today() < keyring.destroy_by;
  if (is_early)
    plan.remarks.push_back(
        fmt::format("This is early: the keys must be gone by {}. It is allowed, since all that can "
                    "be of that week was imported.",
                    keyring.destroy_by.text()));
  if (missing->empty()) return plan;
  if (is_early || request.consent.empty())
    return problem(fmt::format(
        "{} epochs that can hold reports of {} have no complete import receipt of {}:\n{}Import them "
        "first (`sandyk-desk open`). {}",
        missing->size(), request.week.text(), request.organisation, some_of(*missing),
        is_early ? fmt::format("Giving them up is not allowed before {}.", keyring.destroy_by.text())
                 : "If that cannot be, two people may give them up: `sandyk-desk keys destroy-unread`."));
  auto consent = check_consent(request, site, *missing);
  if (!consent) return tl::unexpected(consent.error());
  plan.statement.unread = std::move(*consent);
  plan.remarks.push_back(
      fmt::format("{} epochs are given up unread, with the consent of two people.", missing->size()));
  return plan;
}

tl::expected<fs::path, Problem> destroy_keys(const Home& home, DestructionPlan plan,
                                             const crypto::SigningKey& desk_key) {
  KeyDestroyed& statement = plan.statement;
  const fs::path identity = home.identity(statement.organisation, statement.week);
  const fs::path begun = begun_file(home, statement.week, statement.organisation);
  const fs::path file = statement_file(home, statement.week, statement.organisation);
  if (plan.is_stated) {
    if (auto done = wipe_identity(identity); !done) return tl::unexpected(done.error());
    return file;
  }
  if (auto done = home.make_folder(home.statements()); !done) return tl::unexpected(done.error());
  if (auto done =
          put(begun, crypto::bytes_of(crypto::write_key_destroyed(statement)), crypto::NewFile::Replace::yes);
      !done)
    return tl::unexpected(done.error());
  if (auto done = wipe_identity(identity); !done) return tl::unexpected(done.error());
  statement.date = Date::today();
  if (auto done = state(statement, file, desk_key); !done) return tl::unexpected(done.error());
  if (::unlink(begun.c_str()) != 0)
    return problem(fmt::format("{} could not be removed: {}. The keys are destroyed, and that is stated.",
                               begun.string(), crypto::sentence(crypto::io_fault(errno))));
  return file;
}

}  // namespace sandyk::desk
