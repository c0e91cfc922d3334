#include "storage/compact.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "storage/epoch_files.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

using Done = tl::expected<void, DbFault>;

DbFault db_fault(crypto::IoFault fault) {
  return fault == crypto::IoFault::disk_full ? DbFault::full : DbFault::io;
}

/// Without a journal: this file is thrown away when anything goes wrong.
tl::expected<Database, DbFault> make_target(const std::filesystem::path& path, const crypto::EpochKey& key,
                                            unsigned cache_kib) {
  if (auto made = make_empty_file(path); !made) return tl::unexpected(db_fault(made.error()));
  auto target = Database::open(path, key, Database::Access::write, cache_kib);
  if (!target) return target;
  const auto done = target->run(fmt::format(
      "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = {};"
      "PRAGMA user_version = {}; BEGIN; {}; {}",
      layout::application_id, layout::user_version, layout::create_reports, layout::create_parts));
  if (!done) return tl::unexpected(done.error());
  return target;
}

class Compaction {
 public:
  Compaction(Database& source, Database& target, const MayGoOn& may_go_on)
      : source_(source), target_(target), may_go_on_(may_go_on) {}

  /// False when told to give up.
  tl::expected<bool, DbFault> run() {
    auto select = source_.prepare("SELECT n, id, kind, size, week FROM reports WHERE kind = ? ORDER BY id");
    if (!select) return tl::unexpected(select.error());
    select->bind(1, layout::kind_report);
    while (true) {
      const auto row = select->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      if (!may_go_on_()) return false;
      if (auto done = copy(*select); !done) return tl::unexpected(done.error());
    }
    if (auto done = target_.run("COMMIT"); !done) return tl::unexpected(done.error());
    return true;
  }

 private:
  Done copy(const Statement& row) {
    const auto n = row.integer(0);
    const auto id = row.blob(1);
    const auto kind = row.text(2), week = row.text(4);
    const auto size = row.integer(3);
    if (!n || !id || !kind || !size || !week) return tl::unexpected(DbFault::damaged);
    auto insert = target_.prepare("INSERT INTO reports(n, id, kind, size, week) VALUES(?, ?, ?, ?, ?)");
    if (!insert) return tl::unexpected(insert.error());
    insert->bind(1, ++last_).bind(2, *id).bind(3, *kind).bind(4, *size).bind(5, *week);
    if (auto done = insert->run(); !done) return done;
    const auto hash = copy_parts(*n);
    if (!hash) return tl::unexpected(hash.error());
    // The old file goes away afterwards: what was read from it wrongly must not take its place.
    if (!std::ranges::equal(hash->bytes(), *id)) return tl::unexpected(DbFault::damaged);
    return {};
  }

  tl::expected<crypto::Digest, DbFault> copy_parts(std::int64_t n) {
    auto select = source_.prepare("SELECT part, bytes FROM parts WHERE n >= ? AND n < ? ORDER BY n");
    if (!select) return tl::unexpected(select.error());
    auto insert = target_.prepare("INSERT INTO parts(n, report, part, bytes) VALUES(?, ?, ?, ?)");
    if (!insert) return tl::unexpected(insert.error());
    select->bind(1, n * layout::parts_per_report).bind(2, (n + 1) * layout::parts_per_report);
    crypto::Sha256 hash;
    while (true) {
      const auto row = select->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) return hash.finish();
      const auto part = select->integer(0);
      const auto bytes = select->blob(1);
      if (!part || !bytes) return tl::unexpected(DbFault::damaged);
      hash.add(*bytes);
      insert->bind(1, last_ * layout::parts_per_report + *part).bind(2, last_).bind(3, *part).bind(4, *bytes);
      if (auto done = insert->run(); !done) return tl::unexpected(done.error());
    }
  }

  Database& source_;
  Database& target_;
  const MayGoOn& may_go_on_;
  std::int64_t last_ = 0;  // number of the report that was copied last
};

/// Writes the new file, padded and synced, under its own name. Both databases are closed when it returns.
tl::expected<bool, DbFault> write_compacted(const std::filesystem::path& folder, const crypto::EpochKey& key,
                                            const CompactTerms& terms) {
  const auto path = folder / layout::compacted_database;
  std::uint64_t size = 0;
  {
    auto source =
        Database::open(folder / layout::database, key, Database::Access::immutable, terms.cache_kib);
    if (!source) return tl::unexpected(source.error());
    const auto used = source->size_in_use();
    if (!used) return tl::unexpected(used.error());
    if (!has_room(folder, size_at_close(*used, terms.step), terms.reserve)) return false;
    auto target = make_target(path, key, terms.cache_kib);
    if (!target) return tl::unexpected(target.error());
    const auto is_whole = Compaction(*source, *target, terms.may_go_on).run();
    if (!is_whole || !*is_whole) return is_whole;
    const auto written = target->size_in_use();
    if (!written) return tl::unexpected(written.error());
    size = size_at_close(*written, terms.step);
  }
  const auto padded = append_noise(path, size, terms.may_go_on);  // syncs the whole file
  if (!padded && !terms.may_go_on()) return false;
  if (!padded) return tl::unexpected(db_fault(padded.error()));
  return true;
}

}  // namespace

tl::expected<bool, DbFault> compact(const std::filesystem::path& folder, const crypto::EpochKey& key,
                                    const CompactTerms& terms) {
  const auto path = folder / layout::compacted_database;
  const auto is_written = write_compacted(folder, key, terms);
  if (!is_written || !*is_written) {
    ::unlink(path.c_str());
    return is_written;
  }
  if (::rename(path.c_str(), (folder / layout::database).c_str()) != 0) {
    const auto fault = crypto::io_fault(errno);
    ::unlink(path.c_str());
    return tl::unexpected(db_fault(fault));
  }
  if (auto done = crypto::sync_directory(folder); !done) return tl::unexpected(db_fault(done.error()));
  return true;
}

}  // namespace sandyk::storage
