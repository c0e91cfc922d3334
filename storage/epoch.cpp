#include "storage/epoch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "crypto/seal/age/seal.h"
#include "storage/compact.h"
#include "storage/epoch_files.h"
#include "storage/layout.h"
#include "storage/midnight.h"

namespace sandyk::storage {
namespace {

using crypto::IoFault;

VaultFault fault_of(DbFault fault) {
  return fault == DbFault::full ? VaultFault::disk_full : VaultFault::failed;
}

/// Seals the key anew, writes it, and reads it back: a copy that cannot be read is found while no report
/// depends on it. Each copy is a sealing of its own, so that an error in one is not in both.
tl::expected<void, VaultFault> write_key(const std::filesystem::path& path, const crypto::EpochKey& key,
                                         std::span<const crypto::age::HybridRecipient> recipients) {
  const auto sealed = crypto::age::seal(recipients, key.expose());
  if (!sealed) return tl::unexpected(VaultFault::failed);
  if (auto done = crypto::write_file(path, *sealed); !done) return tl::unexpected(vault_fault(done.error()));
  const auto read_back = crypto::read_file(path, layout::max_small_file);
  if (!read_back || *read_back != *sealed) return tl::unexpected(VaultFault::failed);
  return {};
}

/// Not synced yet, and without a journal: until it has its name, a crash throws it away.
tl::expected<void, DbFault> create_tables(const std::filesystem::path& path, const crypto::EpochKey& key,
                                          unsigned cache_kib) {
  auto database = Database::open(path, key, Database::Access::write, cache_kib);
  if (!database) return tl::unexpected(database.error());
  // Nothing is synced here: that comes with the padding, before the file has its name.
  const auto done = database->run(fmt::format(
      "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = {}; PRAGMA user_version "
      "= {};"
      "BEGIN; {}; {}; COMMIT",
      layout::application_id, layout::user_version, layout::create_reports, layout::create_parts));
  if (!done) return done;
  // This writes the first page once more, where it stands: see Epoch::leave_one_file.
  const auto mode = database->ask_text("PRAGMA journal_mode = WAL");
  if (!mode) return tl::unexpected(mode.error());
  if (*mode != "wal") return tl::unexpected(DbFault::failed);
  return {};
}

/// Of a database that is closed and whose log is empty.
tl::expected<void, IoFault> remove_log(const std::filesystem::path& database) {
  if (::unlink((database.string() + "-wal").c_str()) != 0 && errno != ENOENT)
    return tl::unexpected(crypto::io_fault(errno));
  return {};
}

/// Pads and syncs. Without room for it there is no padding: a report that fits is worth more.
tl::expected<void, VaultFault> pad_new_database(const std::filesystem::path& path, const EpochTerms& terms) {
  const auto append = [&](std::uint64_t size) { return append_noise(path, size, [] { return true; }); };
  const bool is_room = has_room(path.parent_path(), terms.step, terms.reserve);
  auto done = append(is_room ? terms.step : 0);
  if (!done && done.error() == IoFault::disk_full) done = append(0);
  if (!done) return tl::unexpected(vault_fault(done.error()));
  return {};
}

/// The database appears under its name with its tables in it, so that no crash leaves one without.
tl::expected<Database, VaultFault> make_database(const std::filesystem::path& folder,
                                                 const crypto::EpochKey& key, const EpochTerms& terms) {
  const auto unfinished = folder / layout::unfinished_database;
  const auto path = folder / layout::database;
  if (auto done = make_empty_file(unfinished); !done) return tl::unexpected(vault_fault(done.error()));
  if (auto done = create_tables(unfinished, key, terms.cache_kib); !done)
    return tl::unexpected(fault_of(done.error()));
  if (auto done = remove_log(unfinished); !done) return tl::unexpected(vault_fault(done.error()));
  if (auto done = pad_new_database(unfinished, terms); !done) return tl::unexpected(done.error());
  if (::rename(unfinished.c_str(), path.c_str()) != 0)
    return tl::unexpected(vault_fault(crypto::io_fault(errno)));
  auto database = Database::open(path, key, Database::Access::write, terms.cache_kib);
  if (!database) return tl::unexpected(fault_of(database.error()));
  // An empty transaction would not write: this one makes the log, whose name the next line syncs with the
  // database's.
  if (auto done = database->run(fmt::format("PRAGMA user_version = {}", layout::user_version)); !done)
    return tl::unexpected(fault_of(done.error()));
  if (auto done = crypto::sync_directory(folder); !done) return tl::unexpected(vault_fault(done.error()));
  return std::move(*database);
}

tl::expected<Database, VaultFault> fill_folder(const std::filesystem::path& folder, const EpochInfo& info,
                                               const crypto::Keyring& keyring, const crypto::EpochKey& key,
                                               const EpochTerms& terms) {
  const auto recipients = keyring.recipients();
  for (const auto name : {layout::key, layout::key_copy})
    if (auto done = write_key(folder / name, key, recipients); !done) return tl::unexpected(done.error());
  if (auto done = write_epoch_info(folder, info); !done) return tl::unexpected(vault_fault(done.error()));
  return make_database(folder, key, terms);
}

/// What could not be compacted shows no more of its size than what was, where there is room and time.
void pad_as_it_is(const std::filesystem::path& folder, const EpochTerms& terms, const MayGoOn& may_go_on) {
  const auto path = folder / layout::database;
  std::error_code fault;
  const auto size = std::filesystem::file_size(path, fault);
  if (fault) return;
  const std::uint64_t wanted = size_at_close(size, terms.step);
  if (wanted > size && has_room(folder, wanted - size, terms.reserve))
    (void)append_noise(path, wanted, may_go_on);
}

}  // namespace

VaultFault vault_fault(IoFault fault) {
  switch (fault) {
    case IoFault::not_found:
    case IoFault::no_access:
    case IoFault::read_only:
      return VaultFault::no_access;
    case IoFault::disk_full:
      return VaultFault::disk_full;
    case IoFault::exists:
    case IoFault::too_large:
    case IoFault::failed:
      return VaultFault::failed;
  }
  std::abort();
}

tl::expected<Epoch, VaultFault> Epoch::begin(const std::filesystem::path& epochs,
                                             const crypto::Keyring& keyring, crypto::Date date,
                                             const EpochTerms& terms) {
  const EpochInfo info{crypto::random_epoch_id(), keyring.content().week, keyring.hash(), date,
                       EpochInfo::State::open};
  const auto folder = epochs / info.id.hex();
  if (auto done = crypto::make_directory(folder); !done) return tl::unexpected(vault_fault(done.error()));
  auto key = crypto::EpochKey::random();
  auto database = fill_folder(folder, info, keyring, key, terms);
  if (database) {
    set_to_midnight(folder, date);
    return Epoch(folder, date, terms, std::move(key), std::move(*database));
  }
  const VaultFault fault = database.error();
  // No report was taken, however far it got. What cannot be removed now, the next start removes or marks.
  ::unlink((folder / layout::database).c_str());
  (void)remove_half_made(folder);
  return tl::unexpected(fault);
}

/// What a transaction runs for each report, prepared once for all of them.
struct Epoch::Inserts {
  Statement report, number, part;
};

tl::expected<Epoch::Inserts, DbFault> Epoch::prepare_inserts() {
  auto report = database_->prepare(
      "INSERT INTO reports(id, kind, size, week) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING");
  if (!report) return tl::unexpected(report.error());
  auto number = database_->prepare("SELECT n FROM reports WHERE id = ?");
  if (!number) return tl::unexpected(number.error());
  auto part = database_->prepare("REPLACE INTO parts(n, report, part, bytes) VALUES(?, ?, ?, ?)");
  if (!part) return tl::unexpected(part.error());
  return Inserts{std::move(*report), std::move(*number), std::move(*part)};
}

tl::expected<void, StoreError> Epoch::store(std::span<const Entry> entries) {
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return tl::unexpected(StoreError{transaction.error(), std::nullopt});
  auto inserts = prepare_inserts();
  if (!inserts) return tl::unexpected(StoreError{inserts.error(), std::nullopt});
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto done = store_one(*inserts, entries[i]);
    if (!done && done.error().unreadable) done.error().unreadable = i;
    if (!done) return done;
  }
  if (auto done = transaction->commit(); !done) return tl::unexpected(StoreError{done.error(), std::nullopt});
  for (const Entry& entry : entries) bytes_in_log_ += entry.body->size();
  return {};
}

/// The number that the report has, or now gets. It is asked for in either case: the same work.
tl::expected<std::int64_t, DbFault> Epoch::number_of(Inserts& inserts, const Entry& entry) {
  const std::string week = entry.week.text();
  inserts.report.bind(1, entry.id.bytes()).bind(2, entry.kind);
  inserts.report.bind(3, static_cast<std::int64_t>(entry.body->size())).bind(4, std::string_view(week));
  if (auto done = inserts.report.run(); !done) return tl::unexpected(done.error());

  const auto row = inserts.number.bind(1, entry.id.bytes()).step();
  if (!row) return tl::unexpected(row.error());
  const auto n = *row ? inserts.number.integer(0) : std::nullopt;
  inserts.number.reset();
  if (!n) return tl::unexpected(DbFault::damaged);
  return *n;
}

tl::expected<void, StoreError> Epoch::store_one(Inserts& inserts, const Entry& entry) {
  const auto failed = [](DbFault fault) { return tl::unexpected(StoreError{fault, std::nullopt}); };
  const auto n = number_of(inserts, entry);
  if (!n) return failed(n.error());
  // A report that is there already has the same bytes, being named by their hash. It is written once more, so
  // that it takes as long as a new one and its acknowledgement means the same.
  const std::uint64_t size = entry.body->size();
  crypto::Bytes room;
  std::int64_t part = 0;
  for (std::uint64_t at = 0; at < size; at += layout::part_size, ++part) {
    const auto length = std::min<std::uint64_t>(layout::part_size, size - at);
    const auto bytes = entry.body->look(at, length, room);
    if (!bytes) return tl::unexpected(StoreError{DbFault::failed, 0});
    inserts.part.bind(1, *n * layout::parts_per_report + part).bind(2, *n).bind(3, part).bind(4, *bytes);
    if (auto done = inserts.part.run(); !done) return failed(done.error());
  }
  return {};
}

/// SQLite takes the room it needs from what is there, and what it would add by itself would be zeros.
tl::expected<void, DbFault> Epoch::pad() {
  if (terms_.step == 0) return {};
  const auto used = database_->size_in_use();
  if (!used) return tl::unexpected(used.error());
  const auto size = database_->file_size();
  if (!size) return tl::unexpected(size.error());
  const std::uint64_t wanted = size_while_open(*used, terms_.step);
  database_->keep_multiples_of(terms_.step);
  if (*size >= wanted) return {};
  const bool is_room = has_room(folder_, wanted - *size, terms_.reserve);
  const auto done = is_room ? database_->append_noise(wanted) : tl::unexpected(DbFault::full);
  if (done || done.error() != DbFault::full) return done;
  database_->keep_multiples_of(0);
  return {};
}

tl::expected<void, DbFault> Epoch::checkpoint() {
  if (auto done = pad(); !done) return done;
  if (auto done = database_->checkpoint(Database::Checkpoint::truncate); !done) return done;
  bytes_in_log_ = 0;
  for (const auto name : {layout::database, layout::database_log})
    set_file_to_midnight(folder_ / name, date_);
  return {};
}

/// False when the log is still needed. Not by "PRAGMA journal_mode = DELETE", which writes the first page
/// where it stands: a power cut that tears it leaves a database that opens only with SQLite's rollback
/// journal beside it, and that does not travel.
bool Epoch::leave_one_file() {
  const bool is_emptied = checkpoint().has_value();
  database_.reset();  // no checkpoint: see Database::open
  return is_emptied && remove_log(folder_ / layout::database);
}

tl::expected<Ending, IoFault> Epoch::close(Epoch epoch, const MayGoOn& may_go_on) {
  const bool is_one_file = epoch.leave_one_file();
  const auto& folder = epoch.folder_;
  if (auto done = crypto::sync_directory(folder); !done) return tl::unexpected(done.error());
  auto ending = Ending::unclean;
  if (is_one_file) {
    const EpochTerms& terms = epoch.terms_;
    const auto is_compacted =
        compact(folder, epoch.key_, {terms.cache_kib, terms.step, terms.reserve, may_go_on});
    ending = is_compacted.value_or(false) ? Ending::compacted : Ending::uncompacted;
    if (ending == Ending::uncompacted) pad_as_it_is(folder, terms, may_go_on);
  }
  const auto marked =
      ending == Ending::unclean ? mark_unclean(folder) : mark_closed(folder, ending == Ending::compacted);
  set_to_midnight(folder, epoch.date_);
  return marked.map([ending] { return ending; });
}

std::filesystem::path Epoch::abandon(Epoch epoch) {
  epoch.database_.reset();  // no checkpoint: see Database::open
  return epoch.folder_;
}

}  // namespace sandyk::storage
