#include "desk/triage.h"

#include <algorithm>

namespace sandyk::desk {
namespace {

using storage::Database;
using storage::DbFault;

constexpr std::string_view statuses[] = {"new", "urgent", "case", "spam", "done"};

const std::string& queue_from_glance() {
  static const std::string sql = R"(
INSERT OR REPLACE INTO queue(report, place, minus_day, status, is_read, kind)
SELECT n,
  CASE WHEN status IN ('spam', 'done') THEN 3
    WHEN kind = 'withdraw' THEN 0
    WHEN status = 'urgent' OR danger = 'now' THEN 1
    WHEN danger = 'soon' THEN 2
    ELSE 3 END,
  2440587.5 - julianday(epoch_date), status, is_read, kind
FROM (SELECT r.n, r.epoch_date, g.kind, coalesce(t.status, 'new') AS status, coalesce(t.is_read, 0) AS is_read,
    (SELECT min(code) FROM codes c WHERE c.report = r.n AND c.field = 'danger' AND code IN ('now', 'soon'))
      AS danger
  FROM reports r JOIN glance g ON g.report = r.n LEFT JOIN triage t ON t.report = r.n)
)";
  return sql;
}

/// Writes one column of triage, then the queue.
tl::expected<bool, DbFault> decide(Database& database, std::int64_t n, std::string_view status,
                                   bool is_read) {
  auto transaction = storage::Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  auto there = database.prepare("SELECT 1 FROM queue WHERE report = ?");
  if (!there) return tl::unexpected(there.error());
  const auto row = there->bind(1, n).step();
  if (!row || !*row) return row;
  there->reset();
  auto write = database.prepare(
      is_read ? "INSERT INTO triage(report, status, is_read) VALUES(?, ?, 1) ON CONFLICT(report) DO UPDATE "
                "SET is_read = 1"
              : "INSERT INTO triage(report, status, is_read) VALUES(?, ?, 0) ON CONFLICT(report) DO UPDATE "
                "SET status = excluded.status");
  if (!write) return tl::unexpected(write.error());
  if (auto done = write->bind(1, n).bind(2, status).run(); !done) return tl::unexpected(done.error());
  if (auto done = put_in_queue(database, n); !done) return tl::unexpected(done.error());
  if (auto done = transaction->commit(); !done) return tl::unexpected(done.error());
  return true;
}

}  // namespace

bool is_status(std::string_view text) {
  return std::ranges::find(statuses, text) != std::end(statuses);
}

tl::expected<void, DbFault> put_in_queue(Database& database, std::int64_t n) {
  auto put = database.prepare(queue_from_glance() + " WHERE n = ?");
  if (!put) return tl::unexpected(put.error());
  return put->bind(1, n).run();
}

tl::expected<void, DbFault> fill_queue(Database& database) {
  return database.run(queue_from_glance() + " WHERE NOT EXISTS(SELECT 1 FROM queue)");
}

tl::expected<bool, DbFault> set_status(Database& database, std::int64_t n, std::string_view status) {
  return decide(database, n, status, false);
}

tl::expected<bool, DbFault> set_read(Database& database, std::int64_t n) {
  return decide(database, n, "new", true);
}

}  // namespace sandyk::desk
