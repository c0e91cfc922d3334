// SQLCipher as two small owners, a connection and a statement. The key goes in by the C interface only, from
// memory that is wiped; nothing is ever written outside the database and its log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sandyk::storage {

enum class DbFault {
  full,       ///< the disk is
  io,         ///< reading, writing or syncing failed
  wrong_key,  ///< or not a database at all: SQLCipher cannot tell
  damaged,
  failed,  ///< anything else, a page whose HMAC is wrong among it
};

/// True when the SQLCipher linked here is 4.6 or newer.
bool is_sqlcipher_new_enough();

/// A prepared statement. It must not outlive its Database.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Binds parameter `index` (from 1). `value` of a blob or text must live until the next `reset`.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view value);
  Statement& bind(int index, crypto::ByteView value);

  /// True when there is a row, false at the end.
  [[nodiscard]] tl::expected<bool, DbFault> step();
  /// Steps to the end of a statement without rows, and resets it.
  [[nodiscard]] tl::expected<void, DbFault> run();
  void reset();

  // Columns of the current row (from 0), or nothing when the value has another type. Views last until the
  // next step.
  std::optional<std::int64_t> integer(int column) const;
  std::optional<std::string_view> text(int column) const;
  std::optional<crypto::ByteView> blob(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* statement_;
};

class Database {
 public:
  enum class Access {
    write,      ///< the only connection there is: it keeps the file locked
    immutable,  ///< the file does not change, and neither do we change it or write anything beside it
  };

  /// Opens an existing file (an empty one becomes a database) and proves that `key` fits. `cache_kib` bounds
  /// the memory.
  [[nodiscard]] static tl::expected<Database, DbFault> open(const std::filesystem::path& path,
                                                            const crypto::EpochKey& key, Access access,
                                                            unsigned cache_kib);

  /// Opens a database in the clear whose pages are served (served_pages.h), to read it only.
  [[nodiscard]] static tl::expected<Database, DbFault> open_served(const char* vfs, unsigned cache_kib);

  [[nodiscard]] tl::expected<void, DbFault> run(const std::string& sql);
  [[nodiscard]] tl::expected<Statement, DbFault> prepare(std::string_view sql);
  /// The first column of the first row as an integer or a text; a fault when there is none.
  [[nodiscard]] tl::expected<std::int64_t, DbFault> ask_integer(std::string_view sql);
  [[nodiscard]] tl::expected<std::string, DbFault> ask_text(std::string_view sql);

  bool in_transaction() const;

  /// Moves what the write-ahead log holds into the database, synced; `truncate` also empties the log.
  enum class Checkpoint { passive, truncate };
  [[nodiscard]] tl::expected<void, DbFault> checkpoint(Checkpoint how);

  /// The file's size, and how much of that its pages take up. SQLite ignores what lies behind them.
  [[nodiscard]] tl::expected<std::uint64_t, DbFault> file_size();
  [[nodiscard]] tl::expected<std::uint64_t, DbFault> size_in_use();
  /// Appends noise up to `size`, which the next checkpoint syncs, through the same descriptor as SQLite
  /// writes: closing another one would drop its locks.
  [[nodiscard]] tl::expected<void, DbFault> append_noise(std::uint64_t size);
  /// From here on SQLite cuts and extends the file at multiples of `bytes` only; 0: where it likes.
  void keep_multiples_of(std::uint64_t bytes);

  /// From here on the file is taken as written by an enemy: nothing in its schema runs, values are bounded,
  /// and only the tables `reports` and `parts` can be read.
  void distrust();

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept;
  };
  explicit Database(sqlite3* db) : db_(db) {}
  std::unique_ptr<sqlite3, Close> db_;
};

/// Undone when it goes out of scope, unless it was committed.
class Transaction {
 public:
  [[nodiscard]] static tl::expected<Transaction, DbFault> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  /// Returns once the log is synced.
  [[nodiscard]] tl::expected<void, DbFault> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace sandyk::storage
