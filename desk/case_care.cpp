// Looking after the case file: that all of it can still be read, and that there are copies of it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "desk/case_file.h"
#include "desk/case_schema.h"
#include "desk/content_sealing.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using storage::DbFault;

constexpr std::size_t most_backups = 3;
constexpr std::size_t most_findings = 100;
constexpr std::string_view backup_prefix = "case-", backup_suffix = ".db", unfinished_suffix = ".db.new";

tl::expected<void, DbFault> gather(storage::Database& database, const char* sql, Findings& findings) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  while (findings.size() < most_findings) {
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    const auto text = statement->text(0);
    if (text && *text != "ok") findings.push_back(fmt::format("case.db: {}", *text));
  }
  return {};
}

/// `case-2026-11-23-1.db`: the day, and which one of that day.
std::vector<std::string> backups_in(const fs::path& folder) {
  std::vector<std::string> found;
  for (const std::string& name : storage::names_in(folder))
    if (name.starts_with(backup_prefix) && name.ends_with(backup_suffix)) found.push_back(name);
  return found;
}

std::string next_name(const std::vector<std::string>& there, crypto::Date today) {
  for (unsigned number = 1;; ++number) {
    const std::string name = fmt::format("{}{}-{:04}", backup_prefix, today.text(), number);
    const bool is_taken = std::ranges::any_of(there, [&](const std::string& other) { return other >= name; });
    if (!is_taken || number == 9999) return name;
  }
}

void remove_unfinished(const fs::path& folder) {
  std::error_code fault;
  for (const std::string& name : storage::names_in(folder))
    if (name.find(unfinished_suffix) != std::string::npos) fs::remove(folder / name, fault);
}

/// Copies the kept tables into the attached, empty database `copy`; its schema is that of the tables here.
tl::expected<void, DbFault> copy_tables(storage::Database& database) {
  for (const char* table : tables_to_keep) {
    const auto sql =
        database.ask_text(fmt::format("SELECT sql FROM main.sqlite_master WHERE name = '{}'", table));
    if (!sql) return tl::unexpected(sql.error());
    const std::string in_copy = "CREATE TABLE copy." + sql->substr(std::string_view("CREATE TABLE ").size());
    if (auto done = database.run(in_copy); !done) return done;
    if (auto done = database.run(fmt::format("INSERT INTO copy.{0} SELECT * FROM main.{0}", table)); !done)
      return done;
  }
  const auto version = database.ask_integer("PRAGMA main.user_version");
  if (!version) return tl::unexpected(version.error());
  return database.run(fmt::format("PRAGMA copy.application_id = {}; PRAGMA copy.user_version = {}",
                                  case_application_id, *version));
}

}  // namespace

tl::expected<void, DbFault> CaseFile::check_content(
    Findings& findings, const std::function<void(std::size_t, std::size_t)>& progress) {
  const auto all = database_.ask_integer("SELECT count(*) FROM content");
  if (!all) return tl::unexpected(all.error());
  auto select =
      database_.prepare("SELECT report, name, part, is_last, bytes FROM content ORDER BY report, name, part");
  if (!select) return tl::unexpected(select.error());
  for (std::size_t done = 1; findings.size() < most_findings; ++done) {
    const auto row = select->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    const auto n = select->integer(0), part = select->integer(2);
    const auto name = select->text(1);
    const auto bytes = select->blob(4);
    const auto key = n && *n > 0 ? keys_.get(*n) : std::nullopt;
    if (!key)
      findings.push_back(fmt::format("report {}: its key is missing or damaged", n.value_or(0)));
    else if (!name || !part || !bytes ||
             !open_content(*key, *name, static_cast<std::uint32_t>(*part), select->integer(3) == 1, *bytes))
      findings.push_back(fmt::format("report {}: part of its content is damaged", *n));
    progress(done, static_cast<std::size_t>(*all));
  }
  return {};
}

tl::expected<Findings, Problem> CaseFile::check(
    const std::function<void(std::size_t, std::size_t)>& progress) {
  Findings findings;
  for (const char* sql : {"PRAGMA cipher_integrity_check", "PRAGMA integrity_check"})
    if (!gather(database_, sql, findings))
      findings.push_back(fmt::format("case.db: {} stopped at a damaged page", sql));
  if (!gather(database_,
              "SELECT 'a row of ' || \"table\" || ' belongs to no report' FROM pragma_foreign_key_check",
              findings))
    findings.push_back("case.db: a damaged page among the rows");
  if (!check_content(findings, progress))
    findings.push_back("case.db: a damaged page in the reports' content");
  if (const auto missing = unlisted(); missing && !missing->empty())
    findings.push_back(fmt::format("{} reports cannot be listed or searched: run `sandyk-desk case rebuild`",
                                   missing->size()));
  return findings;
}

tl::expected<std::vector<std::int64_t>, Problem> CaseFile::unlisted() {
  auto select = database_.prepare(
      "SELECT n FROM reports WHERE state = 'here' AND n NOT IN (SELECT report FROM glance) ORDER BY n");
  if (!select) return problem(std::string(say(select.error())));
  std::vector<std::int64_t> found;
  while (true) {
    const auto row = select->step();
    if (!row) return problem(std::string(say(row.error())));
    if (!*row) return found;
    if (const auto n = select->integer(0)) found.push_back(*n);
  }
}

tl::expected<void, Problem> CaseFile::list(std::int64_t n, const Glance& glance) {
  auto transaction = storage::Transaction::begin(database_);
  if (!transaction) return problem(std::string(say(transaction.error())));
  auto done = insert_glance(n, glance);
  if (done) done = transaction->commit();
  if (!done) return problem(std::string(say(done.error())));
  return {};
}

tl::expected<fs::path, Problem> CaseFile::back_up(crypto::Date today) {
  const auto folder = case_backups(home_);
  if (auto made = home_.make_folder(folder); !made) return tl::unexpected(made.error());
  remove_unfinished(folder);
  auto there = backups_in(folder);
  const std::string name = next_name(there, today);
  const fs::path unfinished = folder / (name + std::string(unfinished_suffix));
  const fs::path finished = folder / (name + std::string(backup_suffix));
  if (auto done = put(unfinished, {}); !done) return tl::unexpected(done.error());
  const std::string path = unfinished.string();
  auto attach =
      database_.prepare("ATTACH ? AS copy");  // SQLCipher takes the key of the database that is open
  if (!attach) return problem(std::string(say(attach.error())));
  auto done = attach->bind(1, std::string_view(path)).run();
  if (done) done = database_.run("BEGIN");
  if (done) done = copy_tables(database_);
  if (done) done = database_.run("COMMIT");
  if (!done && database_.in_transaction()) (void)database_.run("ROLLBACK");
  (void)database_.run("DETACH copy");
  if (!done) {
    remove_unfinished(folder);
    return problem(fmt::format("No backup could be made, so nothing was done. {}", say(done.error())));
  }
  std::error_code fault;
  fs::copy_file(case_lock_file(home_), folder / (name + ".json"), fs::copy_options::overwrite_existing,
                fault);
  if (!fault) fs::rename(unfinished, finished, fault);
  if (fault || !crypto::sync_directory(folder)) return problem("The backup cannot be put in its place.");
  // Only now that the new one is there do the oldest go.
  there.push_back(finished.filename().string());
  for (; there.size() > most_backups; there.erase(there.begin())) {
    fs::remove(folder / there.front(), fault);
    fs::remove((folder / there.front()).replace_extension(".json"), fault);
  }
  return finished;
}

}  // namespace sandyk::desk
