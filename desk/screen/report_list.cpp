#include "desk/screen/report_list.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <map>

#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"
#include "desk/folding.h"

namespace sandyk::desk {
namespace {

using crypto::Json;
using storage::Database;
using storage::DbFault;
using storage::Statement;

tl::unexpected<Problem> failed(DbFault fault) {
  return problem(std::string(say(fault)));
}

std::string text_at(const Statement& row, int column) {
  return std::string(row.text(column).value_or(""));
}

/// The condition of a filter as SQL, and what is bound to it in that order.
class Condition {
 public:
  explicit Condition(const ReportFilter& filter) : words_(search_expression(filter.words)) {
    if (!words_.empty()) add(" AND s.folded MATCH ?", words_);
    // Words without a letter are in no text.
    if (words_.empty() && !filter.words.empty()) sql_ += " AND 0";
    if (!filter.status.empty()) add(" AND q.status = ?", filter.status);
    for (const ReportCode& code : filter.codes) add_code(code);
    for (const auto& [facet, value] : {std::pair("entity", &filter.entity), {"case", &filter.case_id}})
      if (!value->empty()) add_facet(facet, *value);
    if (filter.from) add(" AND q.minus_day <= ?", -days(*filter.from));
    if (filter.to) add(" AND q.minus_day >= ?", -days(*filter.to));
  }
  void begin_after(const QueuePlace& at) {
    sql_ += " AND (q.place, q.minus_day, q.report) > (?, ?, ?)";
    for (std::int64_t value : {at.place, at.minus_day, at.n}) bound_.push_back({{}, value});
  }

  /// The search comes first where there is one: it finds few.
  std::string from() const {
    return (words_.empty() ? " FROM queue q WHERE 1"
                           : " FROM search s CROSS JOIN queue q ON q.report = s.rowid WHERE 1") +
           sql_;
  }
  /// Returns the number of values bound.
  int bind(Statement& statement) const {
    int at = 0;
    for (const auto& [text, number] : bound_)
      text ? statement.bind(++at, std::string_view(*text)) : statement.bind(++at, number);
    return at;
  }

 private:
  static std::int64_t days(crypto::Date date) { return date.day().time_since_epoch().count(); }
  void add(const char* sql, std::string text) {
    sql_ += sql;
    bound_.push_back({std::move(text), 0});
  }
  void add(const char* sql, std::int64_t number) {
    sql_ += sql;
    bound_.push_back({{}, number});
  }
  void add_code(const ReportCode& code) {
    const std::string has = "EXISTS(SELECT 1 FROM codes c WHERE c.report = q.report AND c.field = ?";
    // Who says nothing of consent leaves it with the desk (data/vocabulary.json, the field's default).
    const bool is_default = code.field == "consent" && code.code == "desk_only";
    sql_ += " AND (" + has + " AND c.code = ?)" + (is_default ? " OR NOT " + has + ")" : "") + ")";
    bound_.push_back({code.field, 0});
    bound_.push_back({code.code, 0});
    if (is_default) bound_.push_back({code.field, 0});
  }

  void add_facet(const char* facet, const std::string& value) {
    add(" AND q.report IN (SELECT s.report FROM incident_sources s JOIN incident_facets f ON f.incident = "
        "s.incident WHERE f.facet = ?",
        std::string(facet));
    add(" AND f.value = ?)", value);
  }

  struct Value {
    std::optional<std::string> text;
    std::int64_t number;
  };
  std::string words_, sql_;
  std::vector<Value> bound_;
};

/// Writes rows; its statements are prepared once for all of a page.
class RowWriter {
 public:
  static tl::expected<RowWriter, DbFault> make(Database& database) {
    auto glance = database.prepare(
        "SELECT r.id, r.epoch_date, r.week, g.kind, g.first, g.letters, g.files, g.happened, g.remarks, "
        "g.thread, q.status, q.is_read FROM reports r JOIN glance g ON g.report = r.n JOIN queue q ON "
        "q.report "
        "= r.n WHERE r.n = ?");
    auto codes = database.prepare(
        "SELECT field, code FROM codes WHERE report = ? AND field IN ('what', 'danger', 'lang', 'consent')");
    auto incidents =
        database.prepare("SELECT incident FROM incident_sources WHERE report = ? ORDER BY incident");
    if (!glance || !codes || !incidents) return tl::unexpected(DbFault::failed);
    return RowWriter(std::move(*glance), std::move(*codes), std::move(*incidents));
  }

  tl::expected<std::optional<Json>, DbFault> write(std::int64_t n) {
    glance_.reset();
    const auto there = glance_.bind(1, n).step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) return std::nullopt;
    Json row;
    row["n"] = n;
    row["id"] = crypto::to_hex(glance_.blob(0).value_or(crypto::ByteView()));
    row["day"] = text_at(glance_, 1);
    row["week"] = text_at(glance_, 2);
    row["kind"] = text_at(glance_, 3);
    row["status"] = text_at(glance_, 10);
    row["first"] = text_at(glance_, 4);
    row["letters"] = glance_.integer(5).value_or(0);
    row["files"] = glance_.integer(6).value_or(0);
    if (auto done = write_codes(n, row); !done) return tl::unexpected(done.error());
    if (const auto happened = text_at(glance_, 7); !happened.empty()) row["happened"] = happened;
    row["remarks"] = text_at(glance_, 8);
    if (const auto thread = glance_.blob(9); thread && !thread->empty())
      row["thread"] = crypto::to_base64(*thread, crypto::Base64::url);
    if (auto done = write_incidents(n, row); !done) return tl::unexpected(done.error());
    row["unread"] = glance_.integer(11) == 0;
    return row;
  }

 private:
  RowWriter(Statement glance, Statement codes, Statement incidents)
      : glance_(std::move(glance)), codes_(std::move(codes)), incidents_(std::move(incidents)) {}

  tl::expected<void, DbFault> write_incidents(std::int64_t n, Json& row) {
    row["incidents"] = Json::array();
    incidents_.reset();
    incidents_.bind(1, n);
    while (true) {
      const auto more = incidents_.step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return {};
      row["incidents"].push_back(text_at(incidents_, 0));
    }
  }

  tl::expected<void, DbFault> write_codes(std::int64_t n, Json& row) {
    std::map<std::string, Json, std::less<>> found;
    codes_.reset();
    codes_.bind(1, n);
    while (true) {
      const auto more = codes_.step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      found[text_at(codes_, 0)].push_back(text_at(codes_, 1));
    }
    const auto list = [&](const char* field) { return found.contains(field) ? found[field] : Json::array(); };
    row["families"] = list("what");
    for (const char* one : {"danger", "lang"})
      if (found.contains(one)) row[one] = found[one][0];
    row["consent"] = found.contains("consent") ? found["consent"] : Json{"desk_only"};
    return {};
  }

  Statement glance_, codes_, incidents_;
};

}  // namespace

std::optional<QueuePlace> QueuePlace::parse(std::string_view text) {
  std::array<std::int64_t, 3> values{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, fault] = std::from_chars(at, end, values.at(i));
    if (fault != std::errc()) return std::nullopt;
    at = next;
  }
  const QueuePlace place{values[0], values[1], values[2]};
  if (at != end || place.text() != text) return std::nullopt;
  return place;
}

std::string QueuePlace::text() const {
  return fmt::format("{}.{}.{}", place, minus_day, n);
}

tl::expected<Json, Problem> list_reports(CaseFile& file, const ReportFilter& filter) {
  Condition condition(filter);
  auto count = file.database().prepare("SELECT count(*)" + condition.from());
  if (!count) return failed(count.error());
  condition.bind(*count);
  if (const auto row = count->step(); !row || !*row) return failed(row ? DbFault::damaged : row.error());
  if (filter.after) condition.begin_after(*filter.after);
  auto page = file.database().prepare("SELECT q.place, q.minus_day, q.report" + condition.from() +
                                      " ORDER BY q.place, q.minus_day, q.report LIMIT ?");
  auto writer = RowWriter::make(file.database());
  if (!page || !writer) return failed(DbFault::failed);
  page->bind(condition.bind(*page) + 1, filter.most + 1);
  Json rows = Json::array();
  QueuePlace last{};
  bool is_more = false;
  while (true) {
    const auto there = page->step();
    if (!there) return failed(there.error());
    if (!*there) break;
    is_more = rows.size() == static_cast<std::size_t>(filter.most);
    if (is_more) break;
    last = {page->integer(0).value_or(0), page->integer(1).value_or(0), page->integer(2).value_or(0)};
    auto row = writer->write(last.n);
    if (!row) return failed(row.error());
    if (*row) rows.push_back(std::move(**row));
  }
  Json list;
  list["total"] = count->integer(0).value_or(0);
  list["rows"] = std::move(rows);
  if (is_more) list["next"] = last.text();
  return list;
}

tl::expected<std::optional<Json>, Problem> row_of(CaseFile& file, std::int64_t n) {
  auto writer = RowWriter::make(file.database());
  if (!writer) return failed(writer.error());
  auto row = writer->write(n);
  if (!row) return failed(row.error());
  return std::move(*row);
}

}  // namespace sandyk::desk
