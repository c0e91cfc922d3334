#include "storage/vault.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cstdlib>
#include <mutex>
#include <optional>

#include "crypto/seal/file.h"
#include "storage/database.h"
#include "storage/epoch.h"
#include "storage/group_commit.h"
#include "storage/inbox.h"
#include "storage/layout.h"
#include "storage/settle.h"
#include "storage/vault_lock.h"

namespace sandyk::storage {
namespace {

using Notices = std::vector<std::string>;

tl::expected<void, VaultFault> make_folders(const std::filesystem::path& vault) {
  for (const auto& folder : {vault, vault / layout::epochs, vault / layout::keyring, vault / layout::inbox})
    if (auto done = crypto::make_directory(folder); !done) return tl::unexpected(vault_fault(done.error()));
  return {};
}

}  // namespace

struct Vault::Impl {
  Impl(VaultSettings s, VaultLock l, crypto::Date day)
      : settings(std::move(s)), lock(std::move(l)), today(day) {}
  ~Impl();

  // On the writer's thread, once it runs
  tl::expected<void, VaultFault> begin_epoch();
  void store(std::span<Put* const> puts);
  void store_together(std::vector<Put*> puts);
  void abandon_epoch();
  void tidy();
  bool has_room(std::uint64_t bytes) const;

  // On the thread that opens or turns
  Notices read_rules(crypto::Date day);
  Notices close_epoch(std::optional<Epoch> old);
  void add_notices(Notices more);

  const VaultSettings settings;
  const VaultLock lock;

  std::optional<Epoch> epoch;
  crypto::Date today;

  std::mutex turning;
  mutable std::mutex mutex;  // guards the next three
  std::shared_ptr<const KeyringSet> keyrings = std::make_shared<const KeyringSet>();
  std::shared_ptr<const PolicySet> policies = std::make_shared<const PolicySet>();
  Notices notices;

  std::optional<GroupCommit> writer;
};

Vault::Impl::~Impl() {
  writer.reset();
  // A mark that cannot be written now is written at the next start.
  if (epoch) (void)Epoch::close(std::move(*epoch));
}

void Vault::Impl::add_notices(Notices more) {
  const std::lock_guard guard(mutex);
  for (std::string& notice : more) notices.push_back(std::move(notice));
}

Notices Vault::Impl::read_rules(crypto::Date day) {
  const auto& root = settings.root;
  const auto keyring_folder = settings.folder / layout::keyring,
             policy_folder = settings.folder / layout::policy;
  auto said = apply_inbox(settings.folder, {root, KeyringSet::read(keyring_folder, root),
                                            PolicySet::read(policy_folder, root), day});
  auto new_keyrings = std::make_shared<const KeyringSet>(KeyringSet::read(keyring_folder, root));
  auto new_policies = std::make_shared<const PolicySet>(PolicySet::read(policy_folder, root));
  for (const Rejected& r : new_keyrings->rejected())
    said.push_back(fmt::format("The keyring {} was passed over: {}.", r.name, r.why));
  for (const Rejected& r : new_policies->rejected())
    said.push_back(fmt::format("The policy {} was passed over: {}.", r.name, r.why));
  const std::lock_guard guard(mutex);
  keyrings = std::move(new_keyrings);
  policies = std::move(new_policies);
  return said;
}

/// With no week in force there is none, and that is no fault.
tl::expected<void, VaultFault> Vault::Impl::begin_epoch() {
  std::shared_ptr<const KeyringSet> set;
  {
    const std::lock_guard guard(mutex);
    set = keyrings;
  }
  const crypto::Keyring* keyring = set->in_force(today);
  if (keyring == nullptr) return {};
  auto next = Epoch::begin(settings.folder / layout::epochs, *keyring, today, settings.cache_kib);
  if (!next) return tl::unexpected(next.error());
  epoch.emplace(std::move(*next));
  return {};
}

Notices Vault::Impl::close_epoch(std::optional<Epoch> old) {
  if (!old) return {};
  const std::string id = old->folder().filename().string();
  const auto is_closed = Epoch::close(std::move(*old));
  if (!is_closed)
    return {fmt::format("The epoch {} could not be marked as closed: {}. The next start marks it.", id,
                        crypto::sentence(is_closed.error()))};
  if (!*is_closed)
    return {fmt::format("The epoch {} could not be closed; it is marked as unclean, nothing is lost.", id)};
  return {};
}

void Vault::Impl::abandon_epoch() {
  const std::string id = epoch->folder().filename().string();
  const auto marked = Epoch::abandon(std::move(*epoch));
  epoch.reset();
  add_notices({fmt::format("An input/output error ended the epoch {}; what was acknowledged is in it. {}", id,
                           marked ? "It is marked as unclean." : "The next start marks it.")});
}

/// The log and, later, the database each grow by the report, its pages' overhead included.
bool Vault::Impl::has_room(std::uint64_t bytes) const {
  struct statvfs disk {};
  if (::statvfs(settings.folder.c_str(), &disk) != 0) return false;
  const std::uint64_t needed = 2 * (bytes + bytes / 8) + settings.reserve;
  return disk.f_bavail * disk.f_frsize >= needed;
}

void Vault::Impl::store(std::span<Put* const> puts) {
  if (!epoch) {
    const auto begun = begin_epoch();
    if (!begun || !epoch) {
      const PutFault fault = begun                                    ? PutFault::no_epoch
                             : begun.error() == VaultFault::disk_full ? PutFault::disk_full
                                                                      : PutFault::failed;
      for (Put* put : puts) put->outcome = tl::unexpected(fault);
      return;
    }
  }
  std::vector<Put*> fitting;
  std::uint64_t bytes = 0;
  for (Put* put : puts) {
    if (has_room(bytes + put->entry.body->size())) {
      bytes += put->entry.body->size();
      fitting.push_back(put);
    } else {
      put->outcome = tl::unexpected(PutFault::disk_full);
    }
  }
  store_together(std::move(fitting));
}

void Vault::Impl::store_together(std::vector<Put*> puts) {
  while (!puts.empty()) {
    std::vector<Entry> entries;
    for (const Put* put : puts) entries.push_back(put->entry);
    const auto done = epoch->store(entries);
    if (!done && done.error().unreadable) {  // this one's body is at fault: again without it
      const auto bad = puts.begin() + static_cast<std::ptrdiff_t>(*done.error().unreadable);
      (*bad)->outcome = tl::unexpected(PutFault::failed);
      puts.erase(bad);
      continue;
    }
    if (done) {
      for (Put* put : puts) put->outcome.emplace();
      return;
    }
    const bool is_full = done.error().fault == DbFault::full;
    for (Put* put : puts) put->outcome = tl::unexpected(is_full ? PutFault::disk_full : PutFault::failed);
    // After a failed sync the system may have dropped the pages and say yes next time: never ask it twice.
    if (!is_full) abandon_epoch();
    return;
  }
}

void Vault::Impl::tidy() {
  if (!epoch) return;
  const auto done = epoch->tidy();
  if (!done && done.error() != DbFault::full) abandon_epoch();
}

tl::expected<std::unique_ptr<Vault>, VaultFault> Vault::open(VaultSettings settings, crypto::Date today) {
  if (!is_sqlcipher_new_enough()) return tl::unexpected(VaultFault::too_old);
  if (auto done = make_folders(settings.folder); !done) return tl::unexpected(done.error());
  auto lock = VaultLock::take(settings.folder);
  if (!lock) return tl::unexpected(vault_fault(lock.error()));
  if (!*lock) return tl::unexpected(VaultFault::locked);

  auto impl = std::make_unique<Impl>(std::move(settings), std::move(**lock), today);
  impl->add_notices(settle_unfinished(impl->settings.folder));
  impl->add_notices(impl->read_rules(today));
  if (auto done = impl->begin_epoch(); !done) return tl::unexpected(done.error());
  if (!impl->epoch) impl->add_notices({"No keyring is in force today: no report can be taken."});
  Impl* const self = impl.get();
  impl->writer.emplace([self](std::span<Put* const> puts) { self->store(puts); }, [self] { self->tidy(); });
  return std::unique_ptr<Vault>(new Vault(std::move(impl)));
}

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Vault::~Vault() = default;

tl::expected<void, PutFault> Vault::put(const crypto::ReportId& id, crypto::Week week,
                                        const SealedBody& body) {
  if (body.size() == 0 || body.size() > layout::max_report_size) return tl::unexpected(PutFault::failed);
  return impl_->writer->put(Entry{id, week, &body});
}

tl::expected<void, VaultFault> Vault::turn(crypto::Date today) {
  const std::lock_guard one_at_a_time(impl_->turning);
  {
    const std::lock_guard guard(impl_->mutex);
    impl_->notices.clear();
  }
  impl_->add_notices(impl_->read_rules(today));
  // The next epoch stands before the old one is let go of, so reports never find none; closing, which takes
  // longer the more there is, happens here while they are taken on.
  std::optional<Epoch> old;
  tl::expected<void, VaultFault> begun;
  impl_->writer->run([&] {
    impl_->today = today;
    if (impl_->epoch) old.emplace(std::move(*impl_->epoch));
    impl_->epoch.reset();
    begun = impl_->begin_epoch();
    if (!begun && old) {  // stay in the old one rather than take nothing
      impl_->epoch.emplace(std::move(*old));
      old.reset();
    } else if (begun && !impl_->epoch) {
      impl_->add_notices({"No keyring is in force today: no report can be taken."});
    }
  });
  impl_->add_notices(impl_->close_epoch(std::move(old)));
  return begun;
}

std::shared_ptr<const KeyringSet> Vault::keyrings() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->keyrings;
}

std::shared_ptr<const PolicySet> Vault::policies() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->policies;
}

std::vector<std::string> Vault::notices() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->notices;
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
