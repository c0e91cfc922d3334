// sandyk-sqlcipher-only: what SQLCipher alone does with reports of a size in transactions of a batch, as a
// reference for the server's figures of the same run. Its settings: write-ahead log, each commit synced, a
// raw key, rows in order of arrival and a unique index on a random id; nothing else of ours. Prints one line.
#include <fmt/core.h>
#include <sodium.h>
#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string folder = "/tmp";
  int batch = 64, size = 18'971, count = 5000;
};

void check(bool is_good, sqlite3* db) {
  if (!is_good) throw std::runtime_error(std::string("SQLCipher: ") + sqlite3_errmsg(db));
}

void run(sqlite3* db, const char* sql) {
  check(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK, db);
}

void open_database(sqlite3** db, const std::string& path) {
  check(sqlite3_open(path.c_str(), db) == SQLITE_OK, *db);
  const std::string key = "x'" + std::string(64, '7') + "'";
  check(sqlite3_key(*db, key.data(), static_cast<int>(key.size())) == SQLITE_OK, *db);
  run(*db,
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;"
      "CREATE TABLE reports(n INTEGER PRIMARY KEY, id BLOB UNIQUE, bytes BLOB)");
}

/// Stores `count` rows and returns the seconds it took.
double insert(sqlite3* db, const Options& options) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(options.size));
  randombytes_buf(bytes.data(), bytes.size());
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(db, "INSERT INTO reports(id, bytes) VALUES(?, ?)", -1, &statement, nullptr) ==
            SQLITE_OK,
        db);
  const auto begin = Clock::now();
  for (int done = 0; done < options.count; done += options.batch) {
    run(db, "BEGIN IMMEDIATE");
    for (int i = done; i < std::min(done + options.batch, options.count); ++i) {
      std::array<std::uint8_t, 32> id;
      randombytes_buf(id.data(), id.size());
      sqlite3_bind_blob(statement, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
      sqlite3_bind_blob(statement, 2, bytes.data(), options.size, SQLITE_STATIC);
      check(sqlite3_step(statement) == SQLITE_DONE, db);
      sqlite3_reset(statement);
    }
    run(db, "COMMIT");
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  sqlite3_finalize(statement);
  return seconds;
}

void measure(const Options& options) {
  std::string folder = (std::filesystem::path(options.folder) / "sandyk-sqlcipher-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no folder can be made there");
  sqlite3* db = nullptr;
  try {
    open_database(&db, folder + "/alone.db");
    const double seconds = insert(db, options);
    fmt::print("stored {} in batches of {} in {:.2f} s: {:.0f} /s\n", options.count, options.batch, seconds,
               options.count / seconds);
  } catch (...) {
    sqlite3_close(db);
    std::filesystem::remove_all(folder);
    throw;
  }
  sqlite3_close(db);
  std::filesystem::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Measures SQLCipher alone.", "sandyk-sqlcipher-only");
  app.add_option("--folder", options.folder, "On the disk to be measured (default /tmp)");
  app.add_option("--batch", options.batch, "Rows of a transaction (default 64)")
      ->check(CLI::Range(1, 100'000));
  app.add_option("--size", options.size, "Bytes of a row (default: a report of the smallest class)")
      ->check(CLI::Range(1, 64 << 20));
  app.add_option("--count", options.count, "Rows in all (default 5000)")->check(CLI::Range(1, 10'000'000));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  try {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    measure(options);
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "sandyk-sqlcipher-only: {}\n", fault.what());
    return 1;
  }
}
