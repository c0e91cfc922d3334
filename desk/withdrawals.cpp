#include "desk/withdrawals.h"

#include <algorithm>
#include <set>

#include "desk/casework/retention.h"

namespace sandyk::desk {
namespace {

using crypto::Date;

tl::unexpected<Problem> failed(storage::DbFault fault) {
  return problem(std::string(say(fault)));
}

struct Candidate {
  std::int64_t n;
  bool is_late;
};

/// Every withdrawal, then whatever else is of a thread that was withdrawn before.
tl::expected<std::vector<Candidate>, storage::DbFault> candidates(CaseFile& file) {
  auto select = file.database().prepare(
      "SELECT report, kind = 'withdraw', thread IN (SELECT thread FROM withdrawn) FROM glance WHERE kind = "
      "'withdraw' OR thread IN (SELECT thread FROM withdrawn) ORDER BY 2 DESC, 1");
  if (!select) return tl::unexpected(select.error());
  std::vector<Candidate> found;
  while (true) {
    const auto row = select->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return found;
    found.push_back({select->integer(0).value_or(0), select->integer(2) == 1});
  }
}

Withdrawal withdrawal_of(const Conversation& conversation, std::int64_t n, bool is_late) {
  const HeardReport& self = *conversation.report(n);
  Withdrawal one{n, self.id, self.imported, conversation.thread, is_late, {}};
  for (const HeardReport& heard : conversation.heard)
    if (heard.is_ours && heard.n != n) one.reaches.push_back(heard);
  one.reaches.push_back(self);
  return one;
}

/// Written before the first key goes, so that what comes late is known whatever happens in between. Who has
/// the receipt code could tell by it that the report was withdrawn; nobody else can tell anything.
tl::expected<void, storage::DbFault> remember(CaseFile& file, const crypto::ThreadId& thread, Date today) {
  auto row = file.database().prepare("INSERT OR IGNORE INTO withdrawn(thread, day) VALUES(?, ?)");
  if (!row) return tl::unexpected(row.error());
  const std::string day = today.text();
  return row->bind(1, crypto::ByteView(thread)).bind(2, std::string_view(day)).run();
}

}  // namespace

tl::expected<std::vector<Withdrawal>, Problem> withdrawals(CaseFile& file) {
  const auto all = candidates(file);
  if (!all) return failed(all.error());
  std::vector<Withdrawal> found;
  std::set<std::int64_t> reached;
  for (const Candidate& one : *all) {
    if (reached.contains(one.n)) continue;
    const auto conversation = conversation_of(file, one.n);
    if (!conversation) return tl::unexpected(conversation.error());
    if (!*conversation) continue;  // not signed as it says
    found.push_back(withdrawal_of(**conversation, one.n, one.is_late));
    for (const HeardReport& heard : found.back().reaches) reached.insert(heard.n);
  }
  return found;
}

tl::expected<std::size_t, Problem> carry_out_withdrawal(CaseFile& file, std::int64_t n, Date today) {
  const auto waiting = withdrawals(file);
  if (!waiting) return tl::unexpected(waiting.error());
  const auto wanted = std::ranges::find(*waiting, n, &Withdrawal::n);
  if (wanted == waiting->end()) return problem("No withdrawal of that report waits.", crypto::exit_usage);
  std::vector<std::int64_t> reports;  // itself last: until then it can be carried out again
  for (const HeardReport& one : wanted->reaches) reports.push_back(one.n);
  Casework casework(file, today);
  if (auto done = none_held(casework, reports); !done) return tl::unexpected(done.error());
  if (auto done = remember(file, wanted->thread, today); !done) return failed(done.error());
  const std::string why = "withdrawn by the reporter, who signed it: " + wanted->id.hex();
  if (auto done = destroy_withdrawn(casework, reports, why); !done) return tl::unexpected(done.error());
  return wanted->reaches.size();
}

std::vector<std::string_view> not_reached_by_withdrawal() {
  return {
      "what other organisations opened with their own keys",
      "what was exported, printed, saved to a stick or told",
      "what staff wrote from it in their own words: incidents that other reports are sources of, too, notes "
      "on "
      "them, dossiers; look through them",
      "shares of case.keys that were made before: make new ones, and destroy the old",
      "the sealed original on the server and on sticks, until it goes there or the keys of its week are "
      "destroyed",
  };
}

}  // namespace sandyk::desk
