#include "storage/epoch_reader.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/file.h"
#include "storage/database.h"
#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

constexpr unsigned cache_kib = 8 * 1024;
constexpr std::size_t max_damaged = 1000;  // then the rest is given up: each costs an attempt of its own
constexpr std::int64_t max_number = std::int64_t{1} << 48;

ReadFault read_fault(DbFault fault) {
  switch (fault) {
    case DbFault::full:
      return ReadFault::no_room;
    case DbFault::wrong_key:
      return ReadFault::wrong_key;
    case DbFault::io:
    case DbFault::damaged:
    case DbFault::failed:
      return ReadFault::damaged;
  }
  std::abort();
}

/// A folder that goes away with its files.
class ScratchCopy {
 public:
  explicit ScratchCopy(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ScratchCopy(ScratchCopy&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
  ScratchCopy& operator=(ScratchCopy&&) = delete;
  ~ScratchCopy() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

bool copy_whole(const std::filesystem::path& from, const std::filesystem::path& to) {
  auto copy = crypto::NewFile::create(to);
  return copy && stream_file(from, [&](crypto::ByteView piece) { return copy->write(piece); }) &&
         copy->commit(crypto::NewFile::Replace::no);
}

tl::expected<ScratchCopy, ReadFault> copy_to_scratch(const std::filesystem::path& folder,
                                                     const std::filesystem::path& scratch) {
  ScratchCopy copy(scratch / (std::string(scratch_prefix) + crypto::random_epoch_id().hex()));
  if (!crypto::make_directory(copy.folder())) return tl::unexpected(ReadFault::no_room);
  for (const auto name : {layout::database, layout::database_log})
    if (!copy_whole(folder / name, copy.folder() / name)) return tl::unexpected(ReadFault::no_room);
  return copy;
}

/// The schema must be ours to the letter: no view, trigger, virtual table or other surprise is then in it.
bool has_our_tables(Database& database) {
  auto statement =
      database.prepare("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name");
  if (!statement) return false;
  for (const auto& expected : {layout::create_parts, layout::create_reports}) {
    const auto row = statement->step();
    if (!row || !*row || statement->text(1) != expected) return false;
  }
  const auto end = statement->step();
  return end && !*end;
}

/// A database just opened, once it is known to be ours.
tl::expected<Database, ReadFault> accept(tl::expected<Database, DbFault> database) {
  if (!database) return tl::unexpected(read_fault(database.error()));
  const auto application = database->ask_integer("PRAGMA application_id");
  const auto version = database->ask_integer("PRAGMA user_version");
  if (!application || !version) return tl::unexpected(ReadFault::damaged);
  if (*application != layout::application_id || *version != layout::user_version)
    return tl::unexpected(ReadFault::other_format);
  database->distrust();
  if (!has_our_tables(*database)) return tl::unexpected(ReadFault::other_format);
  return std::move(*database);
}

crypto::EpochKey copy_of(const crypto::EpochKey& key) {
  return crypto::EpochKey::make([&](std::span<std::uint8_t, crypto::EpochKey::size> out) {
    const auto bytes = key.expose();
    std::copy(bytes.begin(), bytes.end(), out.begin());
  });
}

bool is_sane_number(std::int64_t n) {
  return n > 0 && n < max_number;
}

/// The row `n, id, kind, size, week` as a report; nothing when a column is not what it should be.
std::optional<StoredReport> report_of(const Statement& row) {
  const auto n = row.integer(0);
  const auto id_bytes = row.blob(1);
  const auto size = row.integer(3);
  const auto week_text = row.text(4);
  if (!n || !is_sane_number(*n) || !id_bytes || !size || !week_text) return std::nullopt;
  const auto id = crypto::ReportId::from(*id_bytes);
  const auto week = crypto::Week::parse(*week_text);
  if (!id || !week || row.text(2) != layout::kind_report) return std::nullopt;
  if (*size <= 0 || static_cast<std::uint64_t>(*size) > layout::max_report_size) return std::nullopt;
  return StoredReport{*n, *id, *week, static_cast<std::uint64_t>(*size)};
}

}  // namespace

struct EpochReader::Impl {
  std::optional<crypto::EpochKey> key;  // none when pages are served
  const char* vfs = nullptr;
  std::optional<ScratchCopy> copy;  // of an unclean epoch
  std::filesystem::path path;
  std::optional<Database> database;

  Database::Access access() const { return copy ? Database::Access::write : Database::Access::immutable; }
  tl::expected<void, ReadFault> reopen();
  tl::expected<std::int64_t, DbFault> last_number();
  tl::expected<void, DbFault> list_from(std::int64_t& after, std::int64_t through, Listing& listing);
  tl::expected<void, ReadFault> read(const StoredReport& report,
                                     const std::function<bool(crypto::ByteView)>& sink, Hash hash);
};

/// One bad page makes SQLCipher refuse all further work of a connection.
tl::expected<void, ReadFault> EpochReader::Impl::reopen() {
  database.reset();
  auto fresh =
      accept(key ? Database::open(path, *key, access(), cache_kib) : Database::open_served(vfs, cache_kib));
  if (!fresh) return tl::unexpected(fresh.error());
  database.emplace(std::move(*fresh));
  return {};
}

EpochReader::EpochReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EpochReader::EpochReader(EpochReader&&) noexcept = default;
EpochReader::~EpochReader() = default;

tl::expected<EpochReader, ReadFault> EpochReader::open(const std::filesystem::path& folder,
                                                       const crypto::EpochKey& key,
                                                       const std::filesystem::path& scratch) {
  if (!is_file(folder / layout::database)) return tl::unexpected(ReadFault::no_database);
  auto impl = std::unique_ptr<Impl>(
      new Impl{copy_of(key), nullptr, std::nullopt, folder / layout::database, std::nullopt});
  if (is_file(folder / layout::database_log) && !is_file(folder / layout::closed)) {
    auto copy = copy_to_scratch(folder, scratch);
    if (!copy) return tl::unexpected(copy.error());
    impl->copy.emplace(std::move(*copy));
    impl->path = impl->copy->folder() / layout::database;
  }
  if (auto done = impl->reopen(); !done) return tl::unexpected(done.error());
  return EpochReader(std::move(impl));
}

tl::expected<EpochReader, ReadFault> EpochReader::open_served(const char* vfs) {
  auto impl = std::unique_ptr<Impl>(new Impl{std::nullopt, vfs, std::nullopt, {}, std::nullopt});
  if (auto done = impl->reopen(); !done) return tl::unexpected(done.error());
  return EpochReader(std::move(impl));
}

/// Lists the rows after `after` up to `through`, and moves `after` on to the last one read: after a fault as
/// well.
tl::expected<void, DbFault> EpochReader::Impl::list_from(std::int64_t& after, std::int64_t through,
                                                         Listing& listing) {
  auto select =
      database->prepare("SELECT n, id, kind, size, week FROM reports WHERE n >= ? AND n <= ? ORDER BY n");
  if (!select) return tl::unexpected(select.error());
  select->bind(1, after + 1).bind(2, through);
  while (true) {
    const auto row = select->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    const auto n = select->integer(0);
    if (!n || *n <= after) return tl::unexpected(DbFault::damaged);  // a tree that leads in circles
    after = *n;
    if (select->text(2) == layout::kind_filler) {
      ++listing.filler;
      continue;
    }
    if (const auto report = report_of(*select)) {
      listing.reports.push_back(*report);
    } else {
      ++listing.damaged;
    }
  }
}

/// The highest report number, 0 when there is none.
tl::expected<std::int64_t, DbFault> EpochReader::Impl::last_number() {
  auto newest = database->prepare("SELECT n FROM reports ORDER BY n DESC LIMIT 1");
  if (!newest) return tl::unexpected(newest.error());
  const auto row = newest->step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return 0;
  const auto n = newest->integer(0);
  if (!n || !is_sane_number(*n)) return tl::unexpected(DbFault::damaged);
  return *n;
}

tl::expected<EpochReader::Listing, ReadFault> EpochReader::list() {
  Listing listing;
  std::int64_t after = 0;
  const auto last = impl_->last_number();
  if (!last)  // its page is bad: what comes before is still to be had
    if (auto done = impl_->reopen(); !done) return tl::unexpected(done.error());
  const std::int64_t through = last.value_or(max_number);
  while (!impl_->list_from(after, through, listing)) {
    // Past a bad page one number at a time, since nobody can say how many rows were in it.
    ++after;
    ++listing.damaged;
    if (auto done = impl_->reopen(); !done) return tl::unexpected(done.error());
    if (!last || after >= through || listing.damaged >= max_damaged) break;
  }
  return listing;
}

tl::expected<void, ReadFault> EpochReader::Impl::read(const StoredReport& report,
                                                      const std::function<bool(crypto::ByteView)>& sink,
                                                      Hash hash) {
  const auto damaged = [] { return tl::unexpected(ReadFault::damaged); };
  if (!is_sane_number(report.n) || report.size > layout::max_report_size) return damaged();
  auto select = database->prepare("SELECT report, part, bytes FROM parts WHERE n >= ? AND n < ? ORDER BY n");
  if (!select) return damaged();
  select->bind(1, report.n * layout::parts_per_report).bind(2, (report.n + 1) * layout::parts_per_report);
  crypto::Sha256 sum;
  std::uint64_t left = report.size;
  for (std::int64_t part = 0; left > 0; ++part) {
    const auto row = select->step();
    if (!row || !*row) return damaged();
    const auto bytes = select->blob(2);
    const bool is_next = select->integer(0) == report.n && select->integer(1) == part;
    if (!is_next || !bytes || bytes->size() != std::min<std::uint64_t>(left, layout::part_size))
      return damaged();
    left -= bytes->size();
    if (hash == Hash::looked_at) sum.add(*bytes);
    if (!sink(*bytes)) return damaged();
  }
  const auto more = select->step();
  if (!more || *more) return damaged();
  if (hash == Hash::looked_at && !std::ranges::equal(sum.finish().bytes(), report.id.bytes()))
    return damaged();
  return {};
}

tl::expected<void, ReadFault> EpochReader::read(const StoredReport& report,
                                                const std::function<bool(crypto::ByteView)>& sink,
                                                Hash hash) {
  auto done = impl_->read(report, sink, hash);
  if (!done)
    if (auto again = impl_->reopen(); !again) return again;
  return done;
}

std::string_view sentence(ReadFault fault) {
  switch (fault) {
    case ReadFault::no_database:
      return "there is no reports.db in it";
    case ReadFault::wrong_key:
      return "the key does not fit its database, or the database is damaged at its start";
    case ReadFault::damaged:
      return "its database is damaged";
    case ReadFault::other_format:
      return "its database is not one this version can read";
    case ReadFault::no_room:
      return "the folder for working copies is full or cannot be written";
  }
  std::abort();
}

}  // namespace sandyk::storage
