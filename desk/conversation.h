// Talking with a reporter: what a thread has said, and the organisation's own answers, all in the case file
// (docs/formats.md, "Answers at the desk"). Keys and answers are sealed under the keys of the thread's
// reports: when those are destroyed, nobody can answer, or read what was answered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/answers.h"
#include "desk/case_file.h"
#include "desk/kept_thread.h"

namespace sandyk::desk {

struct WrittenAnswer {
  std::int64_t n = 0;        ///< of all answers in the case file
  std::string organisation;  ///< that it is from
  crypto::Date written;
  std::optional<crypto::Date> confirmed;  ///< when a follow-up was imported that proves it was read
  crypto::WipedBytes text;                ///< UTF-8, without control characters but LF

  /// As the reporter gets it: the day, LF, and the text.
  crypto::WipedBytes shown() const;
};

/// A report of the thread that is in the case file.
struct HeardReport {
  std::int64_t n;
  crypto::ReportId id;
  crypto::Date imported;
  report::ThreadKind kind;
  std::string first;  ///< its first words
  bool is_ours;  ///< false when it says that it is of this thread, and has other keys or no good signature
};

struct Conversation {
  crypto::ThreadId thread;
  std::array<std::uint8_t, 32> verify_key;
  crypto::ReplyKey reply_key;
  std::vector<HeardReport> heard;      ///< in the order they were imported
  std::vector<WrittenAnswer> answers;  ///< the oldest first

  const HeardReport* report(std::int64_t n) const;
};

/// The conversation that report `n` is part of; nothing when it cannot be answered: it has no thread.json,
/// is not signed as it says, or is here no more.
[[nodiscard]] tl::expected<std::optional<Conversation>, Problem> conversation_of(CaseFile& file,
                                                                                 std::int64_t n);
/// Every conversation with an answer that was written after `day`. A problem when some of their reports are
/// not listed, as after a backup was restored: boards would lack their answers.
[[nodiscard]] tl::expected<std::vector<Conversation>, Problem> answered_after(CaseFile& file,
                                                                              crypto::Date day);
[[nodiscard]] tl::expected<std::vector<Conversation>, Problem> all_answered(CaseFile& file);

/// True when staff may send it: 1 byte at least, UTF-8, no control characters but LF, and short enough for
/// one thread's slots with its day.
bool is_answer_text(crypto::ByteView text);

/// Writes an answer to report `n` down, in the name of `organisation`; it waits for the next boards. A
/// problem when `text` is no answer text or the report cannot be answered.
[[nodiscard]] tl::expected<void, Problem> write_answer(CaseFile& file, std::int64_t n,
                                                       const std::string& organisation, crypto::ByteView text,
                                                       crypto::Date today);

/// The problem that nobody can answer a report.
tl::unexpected<Problem> cannot_be_answered();

/// Keys of a conversation, the same for every report of it.
bool is_same_thread(const report::Thread& a, const report::Thread& b);

}  // namespace sandyk::desk
