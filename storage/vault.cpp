#include "storage/vault.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "crypto/seal/file.h"
#include "storage/chores.h"
#include "storage/daily_round.h"
#include "storage/epoch.h"
#include "storage/epoch_files.h"
#include "storage/epoch_writer.h"
#include "storage/group_commit.h"
#include "storage/inbox.h"
#include "storage/layout.h"
#include "storage/midnight.h"
#include "storage/retention.h"
#include "storage/settle.h"
#include "storage/vault_lock.h"

namespace sandyk::storage {
namespace {

using Notices = std::vector<std::string>;
constexpr const char* no_keyring = "No keyring is in force today: no report can be taken.";

tl::expected<void, VaultFault> make_folders(const std::filesystem::path& vault) {
  // A server that is confined to its vault has made it before, synced: the folder above is out of its reach.
  if (!std::filesystem::is_directory(vault))
    if (auto done = crypto::make_directory(vault); !done) return tl::unexpected(vault_fault(done.error()));
  for (const auto& folder : {vault / layout::epochs, vault / layout::keyring, vault / layout::inbox})
    if (auto done = crypto::make_directory(folder); !done) return tl::unexpected(vault_fault(done.error()));
  return {};
}

}  // namespace

struct Vault::Impl {
  Impl(VaultSettings s, VaultLock l, crypto::Date today);
  ~Impl();
  void end();

  // Whatever changes the state of an epoch passes here once, each on the thread it says.
  void epoch_opened(const std::filesystem::path& folder);                 // writer, or `open`; no report yet
  void epoch_closed(const std::filesystem::path& folder, Ending ending);  // chores; marked
  void epoch_unclean(const std::filesystem::path& folder);                // chores; marked

  // Chores
  void settle(const std::vector<std::string>& names);
  void close(Epoch epoch);
  void mark_abandoned(const std::filesystem::path& folder);
  void make_round(crypto::Date today);
  void set_budget(crypto::Date today);
  void log_changes(crypto::Date today);
  void hide_times();

  Notices read_rules(crypto::Date today);
  std::shared_ptr<const KeyringSet> current_keyrings() const;
  std::shared_ptr<const PolicySet> current_policies() const;
  std::string open_epoch() const;
  void add_notices(Notices more);

  const VaultSettings settings;
  const VaultLock lock;
  DailyRound round;                        // used by chores alone, as is the next
  std::optional<crypto::Date> budget_day;  // whose budget it is
  std::atomic<std::uint64_t> budget{0}, used_today{0};

  std::mutex turning;
  crypto::Date last_turn;    // guarded by `turning`
  mutable std::mutex mutex;  // guards the next six
  std::shared_ptr<const KeyringSet> keyrings = std::make_shared<const KeyringSet>();
  std::shared_ptr<const PolicySet> policies = std::make_shared<const PolicySet>();
  std::shared_ptr<const BoardSet> boards = std::make_shared<const BoardSet>();
  Notices notices, news;
  std::filesystem::path open_folder;  // of the epoch that takes reports; empty when none does

  Chores chores;
  EpochWriter writer;                 // used by the next one's thread once that runs
  std::optional<GroupCommit> commit;  // goes first
};

Vault::Impl::Impl(VaultSettings s, VaultLock l, crypto::Date today)
    : settings(std::move(s)),
      lock(std::move(l)),
      round(settings.folder, settings.log_key, settings.software),
      last_turn(today),
      writer(settings, today, [this] { return current_keyrings(); },
             {[this](const std::filesystem::path& folder) { epoch_opened(folder); },
              [this](std::filesystem::path folder) {
                chores.add([this, folder = std::move(folder)] { mark_abandoned(folder); });
              }}) {}

Vault::Impl::~Impl() {
  end();
}

void Vault::Impl::end() {
  commit.reset();
  if (auto epoch = writer.let_go()) {
    const auto last = std::make_shared<Epoch>(std::move(*epoch));
    chores.add([this, last, today = last_turn] {
      close(std::move(*last));
      log_changes(today);
    });
  }
  chores.add([this] { set_to_midnight(settings.folder); });
  chores.stop(settings.closing_time);
}

void Vault::Impl::epoch_opened(const std::filesystem::path& folder) {
  const std::lock_guard guard(mutex);
  open_folder = folder;
}

void Vault::Impl::epoch_closed(const std::filesystem::path& folder, Ending ending) {
  if (ending == Ending::uncompacted)
    add_notices(
        {fmt::format("The epoch {} was closed as it was written, for want of time or room on the disk.",
                     folder.filename().string())});
}

void Vault::Impl::epoch_unclean(const std::filesystem::path&) {}

void Vault::Impl::settle(const std::vector<std::string>& names) {
  const Settling settling{[this] { return !chores.is_late(); },
                          [this](const std::filesystem::path& folder) { epoch_unclean(folder); }};
  add_notices(settle_unfinished(settings.folder, names, settling));
}

void Vault::Impl::close(Epoch epoch) {
  const auto folder = epoch.folder();
  const std::string id = folder.filename().string();
  const auto ending = Epoch::close(std::move(epoch), [this] { return !chores.is_late(); });
  if (!ending)
    return add_notices(
        {fmt::format("The epoch {} could not be marked as closed: {}. The next start marks it.", id,
                     crypto::sentence(ending.error()))});
  if (*ending != Ending::unclean) return epoch_closed(folder, *ending);
  add_notices(
      {fmt::format("The epoch {} could not be closed; it is marked as unclean, nothing is lost.", id)});
  epoch_unclean(folder);
}

void Vault::Impl::mark_abandoned(const std::filesystem::path& folder) {
  const bool is_marked = mark_unclean(folder).has_value();
  const auto info = read_epoch_info(folder);
  set_to_midnight(folder, info ? std::optional(info->date) : std::nullopt);
  add_notices({fmt::format("An input/output error ended the epoch {}; what was acknowledged is in it. {}",
                           folder.filename().string(),
                           is_marked ? "It is marked as unclean." : "The next start marks it.")});
  if (is_marked) epoch_unclean(folder);
}

void Vault::Impl::make_round(crypto::Date today) {
  add_notices(round.run(*current_keyrings(), *current_policies(), today, open_epoch()));
  std::shared_ptr<const BoardSet> shown;
  {
    const std::lock_guard guard(mutex);
    shown = boards;
  }
  tidy_boards(settings.folder, *shown);  // after their entries are in the log
  set_budget(today);
}

/// After the round, so that what it deleted counts as free. Once a day: the day's own reports are no reason
/// for less.
void Vault::Impl::set_budget(crypto::Date today) {
  if (budget_day == today) return;
  std::error_code fault;
  const auto space = std::filesystem::space(settings.folder, fault);
  if (fault) return;
  const auto rules = current_policies();
  const crypto::Policy* policy = rules->in_force(today);
  const auto keep_days =
      policy != nullptr ? policy->content().unread.keep_days : crypto::UnreadTerms().keep_days;
  budget_day = today;
  budget = sandyk::storage::day_budget(space.available, settings.reserve, keep_days);
  used_today = 0;
}

void Vault::Impl::log_changes(crypto::Date today) {
  add_notices(round.log_changes(*current_keyrings(), *current_policies(), today, open_epoch()));
}

void Vault::Impl::hide_times() {
  std::filesystem::path open;
  {
    const std::lock_guard guard(mutex);
    open = open_folder;
  }
  set_to_midnight(settings.folder, std::nullopt, open);  // the open one sees to itself
}

void Vault::Impl::add_notices(Notices more) {
  const std::lock_guard guard(mutex);
  for (std::string& notice : more) {
    news.push_back(notice);
    notices.push_back(std::move(notice));
  }
}

std::shared_ptr<const KeyringSet> Vault::Impl::current_keyrings() const {
  const std::lock_guard guard(mutex);
  return keyrings;
}

std::string Vault::Impl::open_epoch() const {
  const std::lock_guard guard(mutex);
  return open_folder.filename().string();
}

std::shared_ptr<const PolicySet> Vault::Impl::current_policies() const {
  const std::lock_guard guard(mutex);
  return policies;
}

Notices Vault::Impl::read_rules(crypto::Date today) {
  const auto& root = settings.root;
  const auto keyring_folder = settings.folder / layout::keyring,
             policy_folder = settings.folder / layout::policy;
  auto said = apply_inbox(settings.folder, {root, KeyringSet::read(keyring_folder, root),
                                            PolicySet::read(policy_folder, root), today});
  auto new_keyrings = std::make_shared<const KeyringSet>(KeyringSet::read(keyring_folder, root));
  auto new_policies = std::make_shared<const PolicySet>(PolicySet::read(policy_folder, root));
  for (const Rejected& r : new_keyrings->rejected())
    said.push_back(fmt::format("The keyring {} was passed over: {}.", r.name, r.why));
  for (const Rejected& r : new_policies->rejected())
    said.push_back(fmt::format("The policy {} was passed over: {}.", r.name, r.why));
  auto new_boards =
      std::make_shared<const BoardSet>(BoardSet::read(settings.folder, *new_keyrings, root.site(), today));
  for (const Rejected& r : new_boards->rejected())
    said.push_back(fmt::format("The board {} was passed over: {}.", r.name, r.why));
  const std::lock_guard guard(mutex);
  keyrings = std::move(new_keyrings);
  policies = std::move(new_policies);
  boards = std::move(new_boards);
  return said;
}

tl::expected<std::unique_ptr<Vault>, VaultFault> Vault::open(VaultSettings settings, crypto::Date today) {
  if (!is_sqlcipher_new_enough()) return tl::unexpected(VaultFault::too_old);
  if (auto done = make_folders(settings.folder); !done) return tl::unexpected(done.error());
  auto lock = VaultLock::take(settings.folder);
  if (!lock) return tl::unexpected(vault_fault(lock.error()));
  if (!*lock) return tl::unexpected(VaultFault::locked);

  auto impl = std::make_unique<Impl>(std::move(settings), std::move(**lock), today);
  Impl* const self = impl.get();
  // Names only, before ours is among them: looking into old epochs is a chore, however many there are.
  self->chores.add([self, names = epoch_names(self->settings.folder)] { self->settle(names); });
  self->add_notices(self->read_rules(today));
  if (auto done = self->writer.begin(); !done) return tl::unexpected(done.error());
  if (!self->writer.has_epoch()) self->add_notices({no_keyring});
  self->chores.add([self, today] {
    self->make_round(today);
    self->hide_times();
  });
  self->commit.emplace([self](std::span<Put* const> puts) { self->writer.store(puts); },
                       [self] { return self->writer.tidy(); });
  return std::unique_ptr<Vault>(new Vault(std::move(impl)));
}

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Vault::~Vault() = default;

tl::expected<void, PutFault> Vault::put(const crypto::ReportId& id, crypto::Week week,
                                        const SealedBody& body) {
  if (body.size() == 0 || body.size() > layout::max_report_size) return tl::unexpected(PutFault::failed);
  auto done = impl_->commit->put(Entry{id, week, &body});
  if (done) impl_->used_today += body.size();
  return done;
}

tl::expected<void, VaultFault> Vault::turn(crypto::Date today) {
  const std::lock_guard one_at_a_time(impl_->turning);
  impl_->last_turn = today;
  {
    const std::lock_guard guard(impl_->mutex);
    impl_->notices.clear();
  }
  impl_->add_notices(impl_->read_rules(today));
  // The next epoch stands before the old one is let go of, so reports never find none; closing, which takes
  // longer the more there is, is a chore.
  tl::expected<std::optional<Epoch>, VaultFault> old;
  bool has_epoch = false;
  impl_->commit->run([&] {
    old = impl_->writer.turn(today);
    has_epoch = impl_->writer.has_epoch();
  });
  // The round comes before the closing, whose length tells how much there was: a checkpoint is signed at
  // 00:00.
  Impl* const impl = impl_.get();
  impl->chores.add([impl, today] { impl->make_round(today); });
  if (old && *old) {
    const auto last = std::make_shared<Epoch>(std::move(**old));
    impl->chores.add([impl, last, today] {
      impl->close(std::move(*last));
      impl->log_changes(today);
    });
  }
  impl->chores.add([impl] { impl->hide_times(); });
  if (!old) return tl::unexpected(old.error());
  if (!has_epoch) impl->add_notices({no_keyring});
  return {};
}

std::vector<std::string> Vault::close() {
  impl_->end();
  return take_news();
}

void Vault::finish_chores() {
  impl_->chores.wait();
}

std::shared_ptr<const KeyringSet> Vault::keyrings() const {
  return impl_->current_keyrings();
}

std::shared_ptr<const PolicySet> Vault::policies() const {
  return impl_->current_policies();
}

std::shared_ptr<const BoardSet> Vault::boards() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->boards;
}

DayBudget Vault::day_budget() const {
  return {impl_->budget, impl_->used_today};
}

bool Vault::log_is_frozen() const {
  return impl_->round.log_is_frozen();
}

std::vector<std::string> Vault::notices() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->notices;
}

std::vector<std::string> Vault::take_news() {
  const std::lock_guard guard(impl_->mutex);
  return std::exchange(impl_->news, {});
}

std::string_view sentence(VaultFault fault) {
  switch (fault) {
    case VaultFault::locked:
      return "another process is using this vault";
    case VaultFault::no_access:
      return "the vault's folder cannot be made, read or written";
    case VaultFault::disk_full:
      return "the disk is full";
    case VaultFault::too_old:
      return "SQLCipher is older than 4.6; this program was linked wrongly";
    case VaultFault::failed:
      return "the system reported an input/output error";
  }
  std::abort();
}

}  // namespace sandyk::storage
