#include "storage/database.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "storage/layout.h"
#include "storage/noise.h"

namespace sandyk::storage {
namespace {

DbFault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return DbFault::full;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return DbFault::io;
    case SQLITE_NOTADB:
      return DbFault::wrong_key;
    case SQLITE_CORRUPT:
      return DbFault::damaged;
    default:
      return DbFault::failed;
  }
}

/// A URI, since only that can say `immutable`.
std::string uri_of(const std::filesystem::path& path, Database::Access access) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + (access == Database::Access::immutable ? "?mode=ro&immutable=1" : "?mode=rw");
}

/// The raw key, as SQLCipher wants it: x'…64 hex digits…'. Another form would be taken for a passphrase.
int give_key(sqlite3* db, const crypto::EpochKey& key) {
  constexpr std::size_t hex_size = 2 * crypto::EpochKey::size;
  crypto::WipedArray<2 + hex_size + 1> text;  // sodium_bin2hex ends with NUL, where the quote then goes
  text[0] = 'x';
  text[1] = '\'';
  const auto bytes = key.expose();
  sodium_bin2hex(reinterpret_cast<char*>(text.data() + 2), hex_size + 1, bytes.data(), bytes.size());
  text[2 + hex_size] = '\'';
  return sqlite3_key(db, text.data(), static_cast<int>(text.size()));
}

/// The file itself, below SQLCipher.
sqlite3_file* file_of(sqlite3* db) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) throw std::runtime_error("SQLite shows no file");
  return file;
}

/// What may be done with a database that an enemy wrote: reading our two tables.
int authorize(void*, int action, const char* table, const char*, const char*, const char*) {
  if (action == SQLITE_SELECT) return SQLITE_OK;
  if (action != SQLITE_READ || table == nullptr) return SQLITE_DENY;
  const std::string_view name = table;
  return name == "reports" || name == "parts" || name == "sqlite_master" ? SQLITE_OK : SQLITE_DENY;
}

}  // namespace

bool is_sqlcipher_new_enough() {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nullptr) != SQLITE_OK)
    throw std::runtime_error("SQLCipher could not start");
  std::string version;
  const auto take = [](void* out, int columns, char** values, char**) {
    if (columns == 1 && values[0] != nullptr) *static_cast<std::string*>(out) = values[0];
    return 0;
  };
  sqlite3_exec(db, "PRAGMA cipher_version", take, &version, nullptr);
  sqlite3_close(db);
  unsigned major = 0, minor = 0;
  const char* end = version.data() + version.size();
  const auto after = std::from_chars(version.data(), end, major).ptr;
  if (after != end) std::from_chars(after + 1, end, minor);
  return major > 4 || (major == 4 && minor >= 6);
}

Statement::Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement& Statement::bind(int index, std::int64_t value) {
  if (sqlite3_bind_int64(statement_, index, value) != SQLITE_OK) std::abort();
  return *this;
}

Statement& Statement::bind(int index, std::string_view value) {
  if (sqlite3_bind_text64(statement_, index, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8) !=
      SQLITE_OK)
    std::abort();
  return *this;
}

Statement& Statement::bind(int index, crypto::ByteView value) {
  if (sqlite3_bind_blob64(statement_, index, value.data(), value.size(), SQLITE_STATIC) != SQLITE_OK)
    std::abort();
  return *this;
}

tl::expected<bool, DbFault> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected(fault_of(code));
}

tl::expected<void, DbFault> Statement::run() {
  auto more = step();
  while (more && *more) more = step();
  reset();
  if (!more) return tl::unexpected(more.error());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

std::optional<std::int64_t> Statement::integer(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER) return std::nullopt;
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::string_view> Statement::text(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_TEXT) return std::nullopt;
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return std::nullopt;
  return std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::optional<crypto::ByteView> Statement::blob(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_BLOB) return std::nullopt;
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return crypto::ByteView(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

void Database::Close::operator()(sqlite3* db) const noexcept {
  sqlite3_close(db);
}

tl::expected<Database, DbFault> Database::open(const std::filesystem::path& path, const crypto::EpochKey& key,
                                               Access access, unsigned cache_kib) {
  const int flags = (access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(uri_of(path, access).c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) return tl::unexpected(fault_of(code));
  // A checkpoint is a decision of ours, with its outcome looked at: see Epoch.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // SQLCipher writes faults to stderr by itself, with the time to a millisecond: we say what there is to say.
  // Its memory security stays off: that locks and unlocks every piece of memory that SQLite takes, which was
  // more than half of what storing cost. It has no part in the key, which SQLCipher locks and wipes by
  // itself; in pages there are sealed reports, and the intake wipes all that is freed
  // (intake/wiping_heap.cpp). Once on it is on for the whole process.
  if (auto done = database.run("PRAGMA cipher_log_level = NONE"); !done) return tl::unexpected(done.error());
  if (give_key(raw, key) != SQLITE_OK) return tl::unexpected(DbFault::failed);
  // The lock first: what comes after reads the file, and a log's index would go to a file beside it.
  const std::string setup = fmt::format(
      "PRAGMA cipher_page_size = {}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -{}; PRAGMA "
      "temp_store = MEMORY;"
      "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;"
      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0",
      layout::page_size, cache_kib);
  if (auto done = database.run(setup); !done) return tl::unexpected(done.error());
  if (auto count = database.ask_integer("SELECT count(*) FROM sqlite_master"); !count)
    return tl::unexpected(count.error());
  return database;
}

tl::expected<Database, DbFault> Database::open_served(const char* vfs, unsigned cache_kib) {
  constexpr int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
                        SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2("file:pages?mode=ro&immutable=1", &raw, flags, vfs);
  Database database(raw);
  if (code != SQLITE_OK) return tl::unexpected(fault_of(code));
  const std::string setup = fmt::format(
      "PRAGMA cache_size = -{}; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cell_size_check = "
      "ON;"
      "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON",
      cache_kib);
  if (auto done = database.run(setup); !done) return tl::unexpected(done.error());
  if (auto count = database.ask_integer("SELECT count(*) FROM sqlite_master"); !count)
    return tl::unexpected(count.error());
  return database;
}

tl::expected<void, DbFault> Database::run(const std::string& sql) {
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(fault_of(code));
  return {};
}

tl::expected<Statement, DbFault> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(fault_of(code));
  return Statement(statement);
}

tl::expected<std::int64_t, DbFault> Database::ask_integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  const auto value = *row ? statement->integer(0) : std::nullopt;
  if (!value) return tl::unexpected(DbFault::failed);
  return *value;
}

tl::expected<std::string, DbFault> Database::ask_text(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  const auto value = *row ? statement->text(0) : std::nullopt;
  if (!value) return tl::unexpected(DbFault::failed);
  return std::string(*value);
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(db_.get()) == 0;
}

tl::expected<void, DbFault> Database::checkpoint(Checkpoint how) {
  const int mode = how == Checkpoint::truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(db_.get(), nullptr, mode, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(fault_of(code));
  return {};
}

tl::expected<std::uint64_t, DbFault> Database::file_size() {
  sqlite3_file* const file = file_of(db_.get());
  sqlite3_int64 size = 0;
  if (const int code = file->pMethods->xFileSize(file, &size); code != SQLITE_OK)
    return tl::unexpected(fault_of(code));
  return static_cast<std::uint64_t>(size);
}

tl::expected<std::uint64_t, DbFault> Database::size_in_use() {
  return ask_integer("PRAGMA page_count").map([](std::int64_t pages) {
    return static_cast<std::uint64_t>(pages) * layout::page_size;
  });
}

tl::expected<void, DbFault> Database::append_noise(std::uint64_t size) {
  const auto end = file_size();
  if (!end) return tl::unexpected(end.error());
  sqlite3_file* const file = file_of(db_.get());
  constexpr std::uint64_t most = 64 * 1024;  // SQLite takes 128 KiB and more in one write for a full disk
  Noise noise;
  for (std::uint64_t at = *end; at < size;) {
    const auto piece = noise.next(std::min(size - at, most));
    const int code = file->pMethods->xWrite(file, piece.data(), static_cast<int>(piece.size()),
                                            static_cast<sqlite3_int64>(at));
    if (code != SQLITE_OK) return tl::unexpected(fault_of(code));
    at += piece.size();
  }
  return {};
}

void Database::keep_multiples_of(std::uint64_t bytes) {
  int chunk = static_cast<int>(std::min<std::uint64_t>(bytes, std::numeric_limits<int>::max()));
  sqlite3_file_control(db_.get(), "main", SQLITE_FCNTL_CHUNK_SIZE, &chunk);
}

void Database::distrust() {
  sqlite3* db = db_.get();
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  for (const int off : {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW,
                        SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_TRUSTED_SCHEMA})
    sqlite3_db_config(db, off, 0, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1024 * 1024);  // a part and its row are well below
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 4096);
  sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 16);
  sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 10);
  sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 1);
  sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 25'000);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
  sqlite3_set_authorizer(db, authorize, nullptr);
}

tl::expected<Transaction, DbFault> Transaction::begin(Database& database) {
  if (auto done = database.run("BEGIN IMMEDIATE"); !done) return tl::unexpected(done.error());
  return Transaction(database);
}

Transaction::~Transaction() {
  // After some faults SQLite has rolled back on its own; a rollback that fails leaves nothing committed
  // either.
  if (database_ != nullptr && database_->in_transaction()) (void)database_->run("ROLLBACK");
}

tl::expected<void, DbFault> Transaction::commit() {
  return database_->run("COMMIT");
}

}  // namespace sandyk::storage
