#include "desk/case_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "desk/case_schema.h"
#include "desk/content_sealing.h"
#include "desk/folding.h"
#include "desk/triage.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::exit_no_key;
using crypto::exit_usage;
using storage::Database;
using storage::DbFault;
using storage::Statement;
using Done = tl::expected<void, DbFault>;

constexpr unsigned cache_kib = 32 * 1024;
constexpr std::size_t max_lock = 4096;

tl::unexpected<Problem> unlock_problem(LockFault fault) {
  return problem(std::string(sentence(fault)),
                 fault == LockFault::out_of_memory ? crypto::exit_not_done : exit_no_key);
}

tl::unexpected<Problem> schema_problem(SchemaFault fault) {
  switch (fault) {
    case SchemaFault::not_ours:
      return problem("case.db is not a case file of Sandyk.");
    case SchemaFault::newer:
      return problem("A newer sandyk-desk wrote this case file: use that one.");
    case SchemaFault::failed:
      return problem(
          "The tables of the case file cannot be read or made: is the disk full? Nothing was changed.");
  }
  std::abort();
}

/// As long as it is open no other process of ours has the case file.
tl::expected<crypto::Fd, Problem> keep_others_out(const fs::path& file) {
  crypto::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open())
    return problem(fmt::format("There is no case file in {}: make one with `sandyk-desk case new`.",
                               file.parent_path().string()),
                   exit_usage);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return problem("The case file is open in another sandyk-desk: end that one first.");
  return fd;
}

tl::expected<CaseMaster, Problem> unlock(const Home& home, const crypto::SecretText& passphrase) {
  const auto bytes = crypto::read_file(case_lock_file(home), max_lock);
  if (!bytes)
    return problem(fmt::format("There is no case file in {}: make one with `sandyk-desk case new`.",
                               home.folder().string()),
                   exit_usage);
  const auto lock = CaseLock::parse(*bytes);
  if (!lock) return unlock_problem(lock.error());
  auto master = lock->unlock(passphrase);
  if (!master) return unlock_problem(master.error());
  return std::move(*master);
}

tl::unexpected<Problem> open_problem(DbFault fault) {
  if (fault == DbFault::wrong_key || fault == DbFault::damaged || fault == DbFault::failed)
    return problem(
        "case.db does not belong to case.json, or its start is damaged: take both from one backup.");
  return problem(std::string(say(fault)));
}

}  // namespace

std::string_view say(DbFault fault) {
  switch (fault) {
    case DbFault::full:
      return "The disk is full. Nothing of this step was kept; what was there before is.";
    case DbFault::io:
      return "The disk refuses to read or write the case file.";
    case DbFault::wrong_key:
    case DbFault::damaged:
    case DbFault::failed:
      return "The case file is damaged: `sandyk-desk case check` says where.";
  }
  std::abort();
}

bool is_role(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  constexpr std::size_t most = 32;
  return !text.empty() && text.size() <= most && text.find_first_not_of(allowed) == std::string_view::npos;
}

fs::path case_lock_file(const Home& home) {
  return home.folder() / "case.json";
}
fs::path case_database(const Home& home) {
  return home.folder() / "case.db";
}
fs::path case_keys(const Home& home) {
  return home.folder() / "case.keys";
}
fs::path case_backups(const Home& home) {
  return home.folder() / "backups";
}

bool CaseFile::exists(const Home& home) {
  std::error_code fault;
  return fs::exists(fs::symlink_status(case_lock_file(home), fault));
}

tl::expected<CaseFile, Problem> CaseFile::create(const Home& home, const crypto::SecretText& passphrase,
                                                 CaseCost cost) {
  if (exists(home)) return problem("There is a case file in this home already.", exit_usage);
  if (auto made = home.make(); !made) return tl::unexpected(made.error());
  auto lock = CaseLock::make(passphrase, cost);
  if (!lock) return unlock_problem(lock.error());
  // case.json last: without it there is no case file, and the next try begins anew.
  std::error_code fault;
  for (const auto& leftover : {case_database(home), case_keys(home)}) fs::remove(leftover, fault);
  if (auto done = put(case_database(home), {}); !done) return tl::unexpected(done.error());
  if (auto keys = ReportKeys::create(case_keys(home), keys_key(lock->second)); !keys)
    return problem(fmt::format("case.keys cannot be made: {}.", crypto::sentence(keys.error())));
  if (auto done = put(case_lock_file(home), crypto::bytes_of(lock->first.write())); !done)
    return tl::unexpected(done.error());
  return open_with(home, lock->second);
}

tl::expected<CaseFile, Problem> CaseFile::open(const Home& home, const crypto::SecretText& passphrase) {
  const auto master = unlock(home, passphrase);
  if (!master) return tl::unexpected(master.error());
  return open_with(home, *master);
}

tl::expected<void, Problem> CaseFile::change_passphrase(const Home& home, const crypto::SecretText& from,
                                                        const crypto::SecretText& to, CaseCost cost) {
  const auto master = unlock(home, from);
  if (!master) return tl::unexpected(master.error());
  const auto others = keep_others_out(case_lock_file(home));
  if (!others) return tl::unexpected(others.error());
  const auto lock = CaseLock::make_for(*master, to, cost);
  if (!lock) return unlock_problem(lock.error());
  return put(case_lock_file(home), crypto::bytes_of(lock->write()), crypto::NewFile::Replace::yes);
}

tl::expected<CaseFile, Problem> CaseFile::open_with(const Home& home, const CaseMaster& master) {
  auto lock = keep_others_out(case_lock_file(home));
  if (!lock) return tl::unexpected(lock.error());
  auto keys = ReportKeys::open(case_keys(home), keys_key(master));
  if (!keys)
    return problem(
        "case.keys is missing or damaged: without it no report's content opens. Restore it from its shares.",
        exit_no_key);
  auto database =
      Database::open(case_database(home), database_key(master), Database::Access::write, cache_kib);
  if (!database) return open_problem(database.error());
  constexpr const char* setup =
      "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 1000; PRAGMA secure_delete = ON; PRAGMA "
      "foreign_keys = ON";
  if (auto done = database->run(setup); !done) return problem(std::string(say(done.error())));
  if (auto done = migrate(*database); !done) return schema_problem(done.error());
  return CaseFile(home, std::move(*lock), std::move(*database), std::move(*keys));
}

CaseFile::~CaseFile() {
  // Moved from: there is nothing to tidy. A log that stays is replayed at the next opening.
  if (lock_.is_open()) (void)database_.checkpoint(Database::Checkpoint::truncate);
}

tl::expected<bool, Problem> CaseFile::has(const crypto::ReportId& id) {
  auto select = database_.prepare("SELECT 1 FROM reports WHERE id = ?");
  if (!select) return problem(std::string(say(select.error())));
  select->bind(1, id.bytes());
  const auto row = select->step();
  if (!row) return problem(std::string(say(row.error())));
  return *row;
}

tl::expected<std::int64_t, Problem> CaseFile::count() {
  const auto number = database_.ask_integer("SELECT count(*) FROM reports WHERE state = 'here'");
  if (!number) return problem(std::string(say(number.error())));
  return *number;
}

tl::expected<void, Problem> CaseFile::add(const std::vector<NewReport>& reports, crypto::Date today) {
  const auto failed = [](DbFault fault) { return problem(std::string(say(fault))); };
  auto transaction = storage::Transaction::begin(database_);
  if (!transaction) return failed(transaction.error());
  const auto last = database_.ask_integer("SELECT coalesce(max(n), 0) FROM reports");
  if (!last) return failed(last.error());
  std::int64_t n = *last;
  for (const NewReport& report : reports)
    if (auto done = insert(report, ++n, today); !done) return failed(done.error());
  // The keys first: a report without its key would be lost, a key without its report harms nobody.
  if (auto done = keys_.sync(); !done)
    return problem(fmt::format("case.keys cannot be written: {}.", crypto::sentence(done.error())));
  if (auto done = transaction->commit(); !done) return failed(done.error());
  return {};
}

Done CaseFile::insert(const NewReport& report, std::int64_t n, crypto::Date today) {
  auto row = database_.prepare(
      "INSERT INTO reports(n, id, week, epoch, epoch_date, imported, state) VALUES(?, ?, ?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  const std::string week = report.week.text(), date = report.epoch_date.text(), now = today.text();
  row->bind(1, n).bind(2, report.id.bytes()).bind(3, std::string_view(week)).bind(4, report.epoch.bytes());
  row->bind(5, std::string_view(date)).bind(6, std::string_view(now));
  row->bind(7, std::string_view(report.is_cover ? "cover" : "here"));
  if (auto done = row->run(); !done || report.is_cover) return done;

  const auto key = keys_.add(n);
  if (!key) return tl::unexpected(key.error() == crypto::IoFault::disk_full ? DbFault::full : DbFault::io);
  for (const ContentItem& item : report.content)
    if (auto done = insert_content(n, *key, item); !done) return done;
  if (auto done = insert_glance(n, report.glance); !done) return done;
  return note_custody(n, today, "imported",
                      fmt::format("opened with a key of {}, from epoch {}", week, report.epoch.hex()));
}

Done CaseFile::note_custody(std::int64_t n, crypto::Date today, std::string_view act,
                            std::string_view detail) {
  auto row = database_.prepare("INSERT INTO custody(report, day, act, detail, role) VALUES(?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  const std::string now = today.text();
  row->bind(1, n).bind(2, std::string_view(now)).bind(3, act).bind(4, detail);
  return row->bind(5, std::string_view(role_)).run();
}

tl::expected<void, Problem> CaseFile::note(std::int64_t n, crypto::Date today, std::string_view act,
                                           std::string_view detail) {
  if (auto done = note_custody(n, today, act, detail); !done) return problem(std::string(say(done.error())));
  return {};
}

Done CaseFile::keep(std::int64_t n, const ContentItem& item) {
  const auto key = n < 1 ? std::nullopt : keys_.get(n);
  return key ? insert_content(n, *key, item) : tl::unexpected(DbFault::failed);
}

Done CaseFile::insert_content(std::int64_t n, const ReportKey& key, const ContentItem& item) {
  auto row =
      database_.prepare("INSERT INTO content(report, name, part, is_last, bytes) VALUES(?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  std::uint32_t part = 0;
  for (std::size_t at = 0; part == 0 || at < item.bytes.size(); ++part) {
    const auto piece = item.bytes.subspan(at, std::min(content_part, item.bytes.size() - at));
    at += piece.size();
    const bool is_last = at == item.bytes.size();
    const auto sealed = seal_content(key, item.name, part, is_last, piece);
    row->bind(1, n).bind(2, std::string_view(item.name)).bind(3, std::int64_t{part});
    row->bind(4, std::int64_t{is_last}).bind(5, crypto::ByteView(sealed));
    if (auto done = row->run(); !done) return done;
  }
  return {};
}

Done CaseFile::insert_glance(std::int64_t n, const Glance& glance) {
  auto row = database_.prepare(
      "INSERT INTO glance(report, kind, thread, first, letters, files, happened, remarks) VALUES(?, ?, ?, ?, "
      "?, ?, ?, ?)");
  auto code = database_.prepare("INSERT OR IGNORE INTO codes(report, field, code) VALUES(?, ?, ?)");
  auto text = database_.prepare("INSERT INTO search(rowid, folded) VALUES(?, ?)");
  if (!row || !code || !text) return tl::unexpected(DbFault::failed);
  row->bind(1, n).bind(2, std::string_view(glance.kind));
  if (glance.thread) row->bind(3, crypto::ByteView(*glance.thread));
  row->bind(4, std::string_view(glance.first)).bind(5, glance.letters).bind(6, glance.files);
  row->bind(7, std::string_view(glance.happened)).bind(8, std::string_view(glance.remarks));
  if (auto done = row->run(); !done) return done;
  for (const ReportCode& c : glance.codes) {
    code->bind(1, n).bind(2, std::string_view(c.field)).bind(3, std::string_view(c.code));
    if (auto done = code->run(); !done) return done;
  }
  text->bind(1, n).bind(2, std::string_view(glance.folded));
  if (auto done = text->run(); !done) return done;
  return put_in_queue(database_, n);
}

tl::expected<std::optional<crypto::WipedBytes>, Problem> CaseFile::content(std::int64_t n,
                                                                           std::string_view name) {
  const auto key = n < 1 ? std::nullopt : keys_.get(n);
  if (!key) return std::nullopt;
  auto select = database_.prepare(
      "SELECT part, is_last, bytes FROM content WHERE report = ? AND name = ? ORDER BY part");
  if (!select) return problem(std::string(say(select.error())));
  select->bind(1, n).bind(2, name);
  crypto::WipedBytes whole;
  for (std::uint32_t part = 0;; ++part) {
    const auto row = select->step();
    if (!row) return problem(std::string(say(row.error())));
    if (!*row && part == 0) return std::nullopt;
    const auto sealed = *row ? select->blob(2) : std::nullopt;
    const bool is_last = *row && select->integer(1) == 1;
    const auto bytes = sealed ? open_content(*key, name, part, is_last, *sealed) : std::nullopt;
    if (!bytes) return problem(std::string(say(DbFault::damaged)));
    whole.insert(whole.end(), bytes->begin(), bytes->end());
    if (is_last) return whole;
  }
}

tl::expected<std::vector<Found>, Problem> CaseFile::find(const Query& query) {
  const std::string words = search_expression(query.words);
  std::string sql = "SELECT g.report, r.id, g.first FROM glance g JOIN reports r ON r.n = g.report";
  if (!words.empty()) sql += " JOIN search s ON s.rowid = g.report";
  sql += " WHERE 1";
  if (!words.empty()) sql += " AND s.folded MATCH ?";
  for (std::size_t i = 0; i < query.codes.size(); ++i)
    sql += " AND EXISTS(SELECT 1 FROM codes c WHERE c.report = g.report AND c.field = ? AND c.code = ?)";
  sql += " ORDER BY g.report DESC LIMIT ?";
  auto select = database_.prepare(sql);
  if (!select) return problem(std::string(say(select.error())));
  int at = 0;
  if (!words.empty()) select->bind(++at, std::string_view(words));
  for (const ReportCode& c : query.codes) {
    select->bind(++at, std::string_view(c.field));
    select->bind(++at, std::string_view(c.code));
  }
  select->bind(++at, static_cast<std::int64_t>(query.most));
  std::vector<Found> found;
  while (true) {
    const auto row = select->step();
    if (!row) return problem(std::string(say(row.error())));
    if (!*row) return found;
    const auto n = select->integer(0);
    const auto bytes = select->blob(1);
    const auto id = bytes ? crypto::ReportId::from(*bytes) : std::nullopt;
    if (!n || !id) return problem(std::string(say(DbFault::damaged)));
    found.push_back({*n, *id, std::string(select->text(2).value_or(""))});
  }
}

tl::expected<void, Problem> CaseFile::destroy(std::int64_t n, crypto::Date today, const std::string& why) {
  if (n < 1) return problem("There is no such report.", exit_usage);
  if (auto done = keys_.destroy(n); !done)
    return problem(
        fmt::format("The report's key cannot be overwritten: {}.", crypto::sentence(done.error())));
  if (auto done = erase(n, today, why); !done) return problem(std::string(say(done.error())));
  return {};
}

Done CaseFile::erase(std::int64_t n, crypto::Date today, const std::string& why) {
  auto transaction = storage::Transaction::begin(database_);
  if (!transaction) return tl::unexpected(transaction.error());
  for (const char* sql :
       {"DELETE FROM search WHERE rowid = ?", "DELETE FROM codes WHERE report = ?",
        "DELETE FROM queue WHERE report = ?", "DELETE FROM marks WHERE report = ?",
        "DELETE FROM marked WHERE report = ?", "DELETE FROM triage WHERE report = ?",
        "DELETE FROM answers WHERE report = ?", "DELETE FROM glance WHERE report = ?",
        "DELETE FROM content WHERE report = ?", "UPDATE reports SET state = 'deleted' WHERE n = ?"}) {
    auto statement = database_.prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    if (auto done = statement->bind(1, n).run(); !done) return done;
  }
  if (auto done = note_custody(n, today, "deleted", why); !done) return done;
  if (auto done = transaction->commit(); !done) return done;
  return database_.checkpoint(Database::Checkpoint::truncate);
}

}  // namespace sandyk::desk
