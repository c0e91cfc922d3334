#include "desk/case_schema.h"

#include <fmt/format.h>

#include <iterator>

#include "desk/casework/casework.h"
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
)",
    // 3: casework: what staff coded, wrote and decided; holds and tombstones.
    R"(
CREATE TABLE cases(id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entities(id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incidents(id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incident_sources(
  incident TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
  report INTEGER NOT NULL REFERENCES reports(n),
  place INTEGER NOT NULL,
  relation TEXT NOT NULL,
  consent TEXT NOT NULL,
  PRIMARY KEY(incident, report)) WITHOUT ROWID;
CREATE TABLE relations(
  source TEXT NOT NULL REFERENCES entities(id),
  target TEXT NOT NULL REFERENCES entities(id),
  type TEXT NOT NULL,
  PRIMARY KEY(source, target, type)) WITHOUT ROWID;
CREATE TABLE actions(id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE notes(
  n INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  day TEXT NOT NULL,
  role TEXT NOT NULL,
  text TEXT NOT NULL);
CREATE TABLE decisions(
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  decision TEXT NOT NULL,
  day TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY(kind, source, target)) WITHOUT ROWID;
CREATE TABLE holds(
  report INTEGER NOT NULL REFERENCES reports(n),
  hold TEXT NOT NULL,
  reason TEXT NOT NULL,
  until TEXT NOT NULL,
  review_by TEXT NOT NULL,
  approvals TEXT NOT NULL,
  PRIMARY KEY(report, hold)) WITHOUT ROWID;
CREATE TABLE tombstones(
  report INTEGER PRIMARY KEY REFERENCES reports(n),
  class TEXT NOT NULL,
  day TEXT NOT NULL,
  why TEXT NOT NULL,
  role TEXT NOT NULL,
  approvals TEXT NOT NULL);
)",
    // 4: answers to reporters, whose texts are sealed items of `content`; the numbers that boards took; and
    // threads that were withdrawn.
    R"(
CREATE TABLE answers(
  n INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(n),
  organisation TEXT NOT NULL,
  written TEXT NOT NULL);
CREATE TABLE boards(
  number INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL,
  day TEXT NOT NULL);
CREATE TABLE withdrawn(
  thread BLOB PRIMARY KEY,
  day TEXT NOT NULL) WITHOUT ROWID;
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
CREATE INDEX IF NOT EXISTS glance_by_thread ON glance(thread) WHERE thread IS NOT NULL;
CREATE INDEX IF NOT EXISTS answers_by_report ON answers(report, n);
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
CREATE INDEX IF NOT EXISTS sources_by_report ON incident_sources(report, incident);
CREATE INDEX IF NOT EXISTS notes_by_subject ON notes(subject, n);
CREATE TABLE IF NOT EXISTS incident_facets(
  incident TEXT NOT NULL,
  facet TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(incident, facet, value)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS facets_by_value ON incident_facets(facet, value, incident);
CREATE TABLE IF NOT EXISTS case_texts(n INTEGER PRIMARY KEY, subject TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE IF NOT EXISTS case_search USING fts5(folded, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE IF NOT EXISTS marks(
  report INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(report, kind, value)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS marks_by_value ON marks(kind, value, report);
CREATE TABLE IF NOT EXISTS marked(report INTEGER PRIMARY KEY);
)";

tl::expected<void, storage::DbFault> make_tables(storage::Database& database) {
  auto transaction = storage::Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto done = database.run(made_tables); !done) return done;
  if (auto done = fill_queue(database); !done) return done;
  if (auto done = fill_casework(database); !done) return done;
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
