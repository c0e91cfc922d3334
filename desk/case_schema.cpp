#include "desk/case_schema.h"

#include <fmt/format.h>

#include <iterator>

#include "desk/triage.h"

namespace sandyk::desk {
namespace {

// One text for each version. A text that was released never changes: a new one follows it.
constexpr const char* versions[] = {
    // 1: reports, their sealed content, and who did what with them.
    R"(
CREATE TABLE reports(
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  week TEXT NOT NULL,
  epoch BLOB NOT NULL,
  epoch_date TEXT NOT NULL,
  imported TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('here', 'cover', 'deleted')));
CREATE TABLE content(
  n INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(n),
  name TEXT NOT NULL,
  part INTEGER NOT NULL,
  is_last INTEGER NOT NULL,
  bytes BLOB NOT NULL);
CREATE TABLE custody(
  n INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(n),
  day TEXT NOT NULL,
  act TEXT NOT NULL,
  detail TEXT NOT NULL);
)",
    // 2: what staff decided about a report; in which role they did what.
    R"(
CREATE TABLE triage(
  report INTEGER PRIMARY KEY REFERENCES reports(n),
  status TEXT NOT NULL,
  is_read INTEGER NOT NULL);
ALTER TABLE custody ADD COLUMN role TEXT NOT NULL DEFAULT '';
)"};

// What is made from reports' content. A backup does not have it: it is made anew, then filled by `case
// rebuild`.
constexpr const char* made_tables = R"(
CREATE UNIQUE INDEX IF NOT EXISTS content_by_report ON content(report, name, part);
CREATE INDEX IF NOT EXISTS custody_by_report ON custody(report, n);
CREATE TABLE IF NOT EXISTS glance(
  report INTEGER PRIMARY KEY REFERENCES reports(n),
  kind TEXT NOT NULL,
  thread BLOB,
  first TEXT NOT NULL,
  letters INTEGER NOT NULL,
  files INTEGER NOT NULL,
  happened TEXT NOT NULL,
  remarks TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS codes(
  report INTEGER NOT NULL REFERENCES reports(n),
  field TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY(report, field, code)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS codes_by_code ON codes(field, code, report);
CREATE TABLE IF NOT EXISTS queue(
  report INTEGER PRIMARY KEY REFERENCES reports(n),
  place INTEGER NOT NULL,
  minus_day INTEGER NOT NULL,
  status TEXT NOT NULL,
  is_read INTEGER NOT NULL,
  kind TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS queue_in_order ON queue(place, minus_day, report);
CREATE INDEX IF NOT EXISTS queue_by_status ON queue(status, place, minus_day, report);
CREATE INDEX IF NOT EXISTS queue_by_kind ON queue(kind, status);
CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(folded, tokenize = 'unicode61 remove_diacritics 0');
INSERT INTO search(search, rank) VALUES('secure-delete', 1);
)";

tl::expected<void, storage::DbFault> make_tables(storage::Database& database) {
  auto transaction = storage::Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto done = database.run(made_tables); !done) return done;
  if (auto done = fill_queue(database); !done) return done;
  return transaction->commit();
}

tl::expected<void, storage::DbFault> step_up(storage::Database& database, std::int64_t version) {
  auto transaction = storage::Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  const std::string mark =
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", case_application_id, version + 1);
  if (auto done = database.run(versions[version]); !done) return done;
  if (auto done = database.run(mark); !done) return done;
  return transaction->commit();
}

}  // namespace

std::int64_t newest_schema() {
  return static_cast<std::int64_t>(std::size(versions));
}

tl::expected<void, SchemaFault> migrate(storage::Database& database) {
  const auto application = database.ask_integer("PRAGMA application_id");
  const auto found = database.ask_integer("PRAGMA user_version");
  const auto tables = database.ask_integer("SELECT count(*) FROM sqlite_master");
  if (!application || !found || !tables) return tl::unexpected(SchemaFault::failed);
  const bool is_new = *tables == 0 && *found == 0;
  if (!is_new && *application != case_application_id) return tl::unexpected(SchemaFault::not_ours);
  if (*found < 0 || *found > newest_schema()) return tl::unexpected(SchemaFault::newer);
  for (std::int64_t version = *found; version < newest_schema(); ++version)
    if (auto done = step_up(database, version); !done) return tl::unexpected(SchemaFault::failed);
  if (!make_tables(database)) return tl::unexpected(SchemaFault::failed);
  return {};
}

}  // namespace sandyk::desk
