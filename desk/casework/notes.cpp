#include "desk/casework/notes.h"

#include <fmt/format.h>

#include "desk/casework/case_texts.h"
#include "desk/casework/suggestions.h"
#include "report/text.h"

namespace sandyk::desk {
namespace {

using crypto::exit_usage;
using storage::Statement;

Note read_note(const Statement& row) {
  const auto text = [&](int column) { return std::string(row.text(column).value_or("")); };
  return {row.integer(0).value_or(0), text(1), text(2), text(3), text(4)};
}

/// Whether there is such a thing to write a note on.
tl::expected<bool, Problem> is_there(Casework& casework, const std::string& subject) {
  auto& database = casework.file().database();
  const auto found = [&](std::string_view prefix, std::string_view table) {
    const std::string_view id = std::string_view(subject).substr(prefix.size());
    return rows::ask_number(database, fmt::format("SELECT 1 FROM {} WHERE id = ?", table), id);
  };
  tl::expected<std::optional<std::int64_t>, Problem> there{};
  if (const auto report = report_of(subject))
    there = rows::ask_number(database, "SELECT 1 FROM reports WHERE n = ? AND state = 'here'", *report);
  else if (subject.starts_with("incident:"))
    there = found("incident:", "incidents");
  else if (subject.starts_with("entity:"))
    there = found("entity:", "entities");
  else if (subject.starts_with("case:"))
    there = found("case:", "cases");
  if (!there) return tl::unexpected(there.error());
  return there->has_value();
}

}  // namespace

tl::expected<std::vector<Note>, Problem> notes_on(Casework& casework, const std::string& subject) {
  std::vector<Note> notes;
  auto done = rows::for_each(
      casework.file().database(),
      "SELECT n, subject, text, day, role FROM notes WHERE subject = ? ORDER BY n",
      [&](const Statement& row) { notes.push_back(read_note(row)); }, std::string_view(subject));
  if (!done) return tl::unexpected(done.error());
  return notes;
}

tl::expected<std::optional<Note>, Problem> note_of(Casework& casework, std::int64_t n) {
  std::optional<Note> note;
  auto done = rows::for_each(
      casework.file().database(), "SELECT n, subject, text, day, role FROM notes WHERE n = ?",
      [&](const Statement& row) { note = read_note(row); }, n);
  if (!done) return tl::unexpected(done.error());
  return note;
}

tl::expected<Note, Problem> add_note(Casework& casework, const std::string& subject,
                                     const std::string& text) {
  if (text.empty() || report::count_code_points(text) > max_note_chars)
    return problem(fmt::format("A note has 1 to {} letters.", max_note_chars), exit_usage);
  const auto there = is_there(casework, subject);
  if (!there) return tl::unexpected(there.error());
  if (!*there)
    return problem("A note is on a report:12, incident:I-20, entity:E-A or case:CASE-1 that is here.",
                   exit_usage);
  auto& database = casework.file().database();
  auto together = rows::Together::begin(database);
  if (!together) return tl::unexpected(together.error());
  const std::string day = casework.today().text(), shown = report::harmless(text);
  auto done = rows::change(database, "INSERT INTO notes(subject, day, role, text) VALUES(?, ?, ?, ?)",
                           std::string_view(subject), std::string_view(day),
                           std::string_view(casework.file().role()), std::string_view(shown));
  if (!done) return tl::unexpected(done.error());
  const auto n = rows::ask_number(database, "SELECT last_insert_rowid()");
  if (!n) return tl::unexpected(n.error());
  done = index_text(database, fmt::format("note:{}", n->value_or(0)), shown);
  if (done) done = together->commit();
  if (!done) return tl::unexpected(done.error());
  return Note{n->value_or(0), subject, shown, day, casework.file().role()};
}

Did remove_note(Casework& casework, std::int64_t n) {
  auto& database = casework.file().database();
  auto together = rows::Together::begin(database);
  if (!together) return tl::unexpected(together.error());
  auto done = rows::change(database, "DELETE FROM notes WHERE n = ?", n);
  if (done) done = forget_text(database, fmt::format("note:{}", n));
  return done ? together->commit() : done;
}

Did remove_notes_on(Casework& casework, const std::string& subject) {
  const auto notes = notes_on(casework, subject);
  if (!notes) return tl::unexpected(notes.error());
  for (const Note& note : *notes)
    if (auto done = remove_note(casework, note.n); !done) return done;
  return {};
}

}  // namespace sandyk::desk
