#include "desk/conversation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/seal/utf8.h"

namespace sandyk::desk {
namespace {

using crypto::ByteView;
using crypto::Date;
using crypto::WipedBytes;
using report::ThreadKind;

constexpr std::size_t date_size = 10;

tl::unexpected<Problem> failed(storage::DbFault fault) {
  return problem(std::string(say(fault)));
}
tl::unexpected<Problem> damaged() {
  return failed(storage::DbFault::damaged);
}

std::string answer_name(std::int64_t n) {
  return fmt::format("answers/{}", n);
}

tl::expected<std::optional<KeptThread>, Problem> thread_of(CaseFile& file, std::int64_t n) {
  const auto bytes = file.content(n, "thread");
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  auto kept = parse_kept_thread(**bytes);
  if (!kept) return damaged();
  return kept;
}

/// Whether its own words about the thread can be believed.
bool may_speak(const KeptThread& kept) {
  return !report::is_signed_kind(kept.thread.kind) || kept.is_signed;
}

/// A report that says it is of the thread, and its keys as far as they are its own.
struct Speaker {
  HeardReport heard;
  std::optional<KeptThread> kept;
};

tl::expected<std::vector<Speaker>, Problem> speakers_of(CaseFile& file, const crypto::ThreadId& thread) {
  auto select = file.database().prepare(
      "SELECT r.n, r.id, r.imported, g.first FROM glance g JOIN reports r ON r.n = g.report WHERE g.thread = "
      "? AND "
      "r.state = 'here' ORDER BY r.n");
  if (!select) return failed(select.error());
  select->bind(1, ByteView(thread));
  std::vector<Speaker> found;
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) return found;
    const auto n = select->integer(0);
    const auto bytes = select->blob(1);
    const auto id = bytes ? crypto::ReportId::from(*bytes) : std::nullopt;
    const auto imported = Date::parse(select->text(2).value_or(""));
    if (!n || !id || !imported) return damaged();
    auto kept = thread_of(file, *n);
    if (!kept) return tl::unexpected(kept.error());
    const auto kind = *kept ? (*kept)->thread.kind : ThreadKind::report;
    std::string first(select->text(3).value_or(""));
    found.push_back({{*n, *id, *imported, kind, std::move(first), false}, std::move(*kept)});
  }
}

tl::expected<void, Problem> read_answers(CaseFile& file, std::int64_t report,
                                         std::vector<WrittenAnswer>& answers) {
  auto select =
      file.database().prepare("SELECT n, organisation, written FROM answers WHERE report = ? ORDER BY n");
  if (!select) return failed(select.error());
  select->bind(1, report);
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) return {};
    const auto n = select->integer(0);
    std::string organisation(select->text(1).value_or(""));
    const auto written = Date::parse(select->text(2).value_or(""));
    if (!n || !written || !crypto::is_organisation_id(organisation)) return damaged();
    auto text = file.content(report, answer_name(*n));
    if (!text) return tl::unexpected(text.error());
    if (!*text || !is_answer_text(**text)) return damaged();
    answers.push_back({*n, std::move(organisation), *written, std::nullopt, std::move(**text)});
  }
}

/// Follow-ups prove which answers were read.
void confirm(Conversation& conversation, const std::vector<Speaker>& speakers) {
  for (WrittenAnswer& answer : conversation.answers) {
    const auto proof = crypto::read_proof(conversation.reply_key, answer.organisation, answer.shown());
    for (const Speaker& one : speakers) {
      if (!one.heard.is_ours || !one.kept->is_signed || answer.confirmed) continue;
      const auto& read = one.kept->thread.read;
      if (std::ranges::find(read, proof) != read.end()) answer.confirmed = one.heard.imported;
    }
  }
}

crypto::ReplyKey copy_of(const crypto::ReplyKey& key) {
  return crypto::ReplyKey::make([&](auto out) { std::ranges::copy(key.expose(), out.begin()); });
}

tl::expected<std::vector<Conversation>, Problem> conversations_of(CaseFile& file,
                                                                  const std::vector<std::int64_t>& reports) {
  std::vector<Conversation> found;
  std::set<std::int64_t> seen;
  for (const std::int64_t n : reports) {
    if (seen.contains(n)) continue;
    auto conversation = conversation_of(file, n);
    if (!conversation) return tl::unexpected(conversation.error());
    if (!*conversation) continue;
    for (const HeardReport& heard : (*conversation)->heard)
      if (heard.is_ours) seen.insert(heard.n);
    found.push_back(std::move(**conversation));
  }
  return found;
}

}  // namespace

WipedBytes WrittenAnswer::shown() const {
  WipedBytes out;
  out.reserve(date_size + 1 + text.size());
  const std::string day = written.text() + "\n";
  out.insert(out.end(), day.begin(), day.end());
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

const HeardReport* Conversation::report(std::int64_t n) const {
  const auto found = std::ranges::find(heard, n, &HeardReport::n);
  return found == heard.end() ? nullptr : &*found;
}

bool is_same_thread(const report::Thread& a, const report::Thread& b) {
  return a.thread == b.thread && a.verify_key == b.verify_key && same(a.reply_key, b.reply_key);
}

tl::expected<std::optional<Conversation>, Problem> conversation_of(CaseFile& file, std::int64_t n) {
  const auto kept = thread_of(file, n);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept || !may_speak(**kept)) return std::nullopt;
  const report::Thread& thread = (*kept)->thread;
  auto speakers = speakers_of(file, thread.thread);
  if (!speakers) return tl::unexpected(speakers.error());
  Conversation conversation{thread.thread, thread.verify_key, copy_of(thread.reply_key), {}, {}};
  for (Speaker& one : *speakers) {
    one.heard.is_ours = one.kept && may_speak(*one.kept) && is_same_thread(one.kept->thread, thread);
    conversation.heard.push_back(one.heard);
    if (!one.heard.is_ours) continue;
    if (auto done = read_answers(file, one.heard.n, conversation.answers); !done)
      return tl::unexpected(done.error());
  }
  std::ranges::sort(conversation.answers, {}, &WrittenAnswer::n);
  confirm(conversation, *speakers);
  return conversation;
}

tl::expected<std::vector<Conversation>, Problem> answered_after(CaseFile& file, Date day) {
  const auto unlisted = file.database().ask_integer(
      "SELECT count(*) FROM answers WHERE report NOT IN (SELECT report FROM glance)");
  if (!unlisted) return failed(unlisted.error());
  if (*unlisted > 0)
    return problem("Reports that were answered are not listed: run `sandyk-desk case rebuild` first.");
  auto select = file.database().prepare(
      "SELECT report, min(n) FROM answers WHERE written > ? GROUP BY report ORDER BY 2");
  if (!select) return failed(select.error());
  const std::string after = day.text();
  select->bind(1, std::string_view(after));
  std::vector<std::int64_t> reports;
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) return conversations_of(file, reports);
    reports.push_back(select->integer(0).value_or(0));
  }
}

tl::expected<std::vector<Conversation>, Problem> all_answered(CaseFile& file) {
  return answered_after(file, *Date::parse("1970-01-01"));
}

bool is_answer_text(ByteView text) {
  constexpr std::size_t most =
      crypto::board_format::slots_per_thread * (crypto::board_format::max_text - 3) - date_size - 1;
  return !text.empty() && text.size() <= most && crypto::is_utf8(crypto::text_of(text)) &&
         std::ranges::none_of(
             text, [](std::uint8_t byte) { return (byte < 0x20 && byte != '\n') || byte == 0x7F; });
}

tl::unexpected<Problem> cannot_be_answered() {
  return problem(
      "This report cannot be answered: it has no thread.json, somebody else wrote it, or its content was "
      "destroyed.",
      crypto::exit_usage);
}

tl::expected<void, Problem> write_answer(CaseFile& file, std::int64_t n, const std::string& organisation,
                                         ByteView text, Date today) {
  if (!is_answer_text(text))
    return problem(
        "The text is empty, longer than 15000 bytes, not UTF-8, or holds control characters other than ends "
        "of lines.",
        crypto::exit_usage);
  const auto conversation = conversation_of(file, n);
  if (!conversation) return tl::unexpected(conversation.error());
  if (!*conversation) return cannot_be_answered();
  auto transaction = storage::Transaction::begin(file.database());
  if (!transaction) return failed(transaction.error());
  const auto last = file.database().ask_integer("SELECT coalesce(max(n), 0) FROM answers");
  auto row =
      file.database().prepare("INSERT INTO answers(n, report, organisation, written) VALUES(?, ?, ?, ?)");
  if (!last || !row) return failed(last ? row.error() : last.error());
  const std::string day = today.text();
  row->bind(1, *last + 1).bind(2, n).bind(3, std::string_view(organisation)).bind(4, std::string_view(day));
  if (auto done = row->run(); !done) return failed(done.error());
  if (auto done = file.keep(n, {answer_name(*last + 1), text}); !done) return failed(done.error());
  if (auto done = file.note_custody(n, today, "answered", "in the name of " + organisation); !done)
    return failed(done.error());
  if (auto done = transaction->commit(); !done) return failed(done.error());
  return {};
}

}  // namespace sandyk::desk
