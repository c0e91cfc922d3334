#include "desk/screen/report_view.h"

#include <string>

#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"
#include "desk/content_sealing.h"
#include "desk/file_kind.h"
#include "desk/screen/report_list.h"
#include "desk/triage.h"
#include "report/document.h"

namespace sandyk::desk {
namespace {

using crypto::Json;
using storage::DbFault;
using storage::Statement;

constexpr std::string_view files_prefix = "files/";

tl::unexpected<Problem> failed(DbFault fault) {
  return problem(std::string(say(fault)));
}

std::string text_at(const Statement& row, int column) {
  return std::string(row.text(column).value_or(""));
}

/// What is left of a report that was deleted here.
tl::expected<std::optional<Json>, Problem> remains_of(CaseFile& file, std::int64_t n) {
  auto select = file.database().prepare(
      "SELECT id, epoch_date, week FROM reports WHERE n = ? AND state IN ('here', 'deleted')");
  if (!select) return failed(select.error());
  const auto there = select->bind(1, n).step();
  if (!there) return failed(there.error());
  if (!*there) return std::nullopt;
  Json row;
  row["n"] = n;
  row["id"] = crypto::to_hex(select->blob(0).value_or(crypto::ByteView()));
  row["day"] = text_at(*select, 1);
  row["week"] = text_at(*select, 2);
  row["kind"] = "report";
  row["status"] = "done";
  row["first"] = row["remarks"] = "";
  row["letters"] = row["files"] = 0;
  for (const char* list : {"families", "consent", "incidents"}) row[list] = Json::array();
  row["unread"] = false;
  return row;
}

tl::expected<Json, Problem> custody_of(CaseFile& file, std::int64_t n) {
  auto select =
      file.database().prepare("SELECT day, act, detail, role FROM custody WHERE report = ? ORDER BY n");
  if (!select) return failed(select.error());
  select->bind(1, n);
  Json custody = Json::array();
  while (true) {
    const auto there = select->step();
    if (!there) return failed(there.error());
    if (!*there) return custody;
    custody.push_back({{"day", text_at(*select, 0)},
                       {"act", text_at(*select, 1)},
                       {"detail", text_at(*select, 2)},
                       {"by", text_at(*select, 3)}});
  }
}

tl::expected<Json, Problem> attachments_of(CaseFile& file, std::int64_t n) {
  Json attachments = Json::array();
  for (std::size_t i = 1; i <= report::max_attachments; ++i) {
    const std::string name = report::attachment_id(i);
    const auto content = file.content(n, std::string(files_prefix) + name);
    if (!content) return tl::unexpected(content.error());
    if (!*content) continue;
    const FileKind kind = kind_of_file(**content);
    attachments.push_back({{"name", name},
                           {"type", kind.type},
                           {"size", (*content)->size()},
                           {"sha256", crypto::sha256(**content).hex()},
                           {"shown", kind.is_picture}});
  }
  return attachments;
}

/// The sealed original is named by its hash.
tl::expected<Json, Problem> sealed_of(CaseFile& file, std::int64_t n, const Json& id) {
  auto select = file.database().prepare(
      "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM content WHERE report = ? AND name = 'sealed'");
  if (!select) return failed(select.error());
  const auto there = select->bind(1, n).step();
  if (!there || !*there) return failed(there ? DbFault::damaged : there.error());
  const std::int64_t parts = select->integer(0).value_or(0), bytes = select->integer(1).value_or(0);
  return Json{{"sha256", id}, {"size", bytes - parts * static_cast<std::int64_t>(sealed_part_overhead)}};
}

}  // namespace

tl::expected<std::optional<Json>, Problem> view_report(CaseFile& file, std::int64_t n) {
  auto row = row_of(file, n);
  if (!row) return row;
  const bool is_here = row->has_value();
  if (!is_here) row = remains_of(file, n);
  if (!row || !*row) return row;
  Json& view = **row;
  view["document"] = Json::object();
  view["attachments"] = Json::array();
  if (is_here) {
    const auto document = file.content(n, "report.json");
    if (!document) return tl::unexpected(document.error());
    if (*document)
      if (auto json = crypto::parse_json(**document, report::max_document_size))
        view["document"] = std::move(*json);
    auto attachments = attachments_of(file, n);
    if (!attachments) return tl::unexpected(attachments.error());
    view["attachments"] = std::move(*attachments);
  }
  auto sealed = sealed_of(file, n, view["id"]);
  auto custody = custody_of(file, n);
  if (!sealed) return tl::unexpected(sealed.error());
  if (!custody) return tl::unexpected(custody.error());
  view["sealed"] = std::move(*sealed);
  view["custody"] = std::move(*custody);
  view["deleted"] = !is_here;
  return row;
}

tl::expected<bool, Problem> note_view(CaseFile& file, std::int64_t n, crypto::Date today) {
  const auto read = set_read(file.database(), n);
  if (!read) return failed(read.error());
  if (!*read) return false;
  auto noted = file.database().prepare(
      "SELECT 1 FROM custody WHERE report = ? AND day = ? AND act = 'viewed' AND role = ?");
  if (!noted) return failed(noted.error());
  const std::string day = today.text();
  const auto there =
      noted->bind(1, n).bind(2, std::string_view(day)).bind(3, std::string_view(file.role())).step();
  if (!there) return failed(there.error());
  if (*there) return true;
  if (auto done = file.note(n, today, "viewed", ""); !done) return tl::unexpected(done.error());
  return true;
}

}  // namespace sandyk::desk
