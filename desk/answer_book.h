// What an organisation has answered, and to whom: the threads that were opened here with the keys that
// answers are sealed to, and the transcript of its own answers (docs/formats.md, "Answer book").
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/answers.h"
#include "crypto/open/receipt.h"
#include "crypto/seal/calendar.h"
#include "desk/home.h"
#include "report/thread.h"

namespace sandyk::desk {

struct WrittenAnswer {
  crypto::Date written;
  std::optional<crypto::Date> confirmed;  ///< when a follow-up was opened that proves it was read
  crypto::WipedBytes text;                ///< UTF-8, without control characters but LF

  /// As the reporter gets it: the day, LF, and the text.
  crypto::WipedBytes shown() const;
};

/// A report of the thread that was opened here.
struct HeardReport {
  crypto::Date opened;
  crypto::ReportId id;
  report::ThreadKind kind;
};

struct AnswerThread {
  crypto::ThreadId thread;
  std::array<std::uint8_t, 32> verify_key;
  crypto::ReplyKey reply_key;
  std::vector<HeardReport> heard;
  std::vector<WrittenAnswer> answers;  ///< the oldest first
};

struct AnswerBook {
  std::string organisation;
  unsigned log_n;             ///< scrypt's work factor of its file
  std::uint32_t last_number;  ///< of the boards made so far
  std::vector<AnswerThread> threads;

  /// The thread with this id or that has heard this report, or null.
  AnswerThread* find(const crypto::ThreadId& thread);
  AnswerThread* find(const crypto::ReportId& report);
};

/// The book's plaintext. Any bytes give a book or nothing.
std::optional<AnswerBook> parse_answer_book(crypto::ByteView text);
crypto::WipedBytes write_answer_book(const AnswerBook& book);

inline constexpr std::size_t max_answer_book = 64 * 1024 * 1024;

/// True when staff may send it: 1 byte at least, UTF-8, no control characters but LF, and short enough for
/// one thread's slots with its day.
bool is_answer_text(crypto::ByteView text);

/// What becomes of a report that was opened.
enum class Hearing {
  noted,
  not_a_thread,   ///< without thread.json: it cannot be answered
  other_key,      ///< says that it continues a thread, and is signed with another key or not rightly
  known_already,  ///< opened before
};
/// Notes the report under its thread and confirms the answers that it proves to have been read.
/// `has_good_signature` is about its own thread.json.
Hearing hear(AnswerBook& book, const crypto::ReportId& id, const report::Thread& thread,
             bool has_good_signature, crypto::Date today);

/// The book of the home, opened; a problem when there is none.
[[nodiscard]] tl::expected<AnswerBook, Problem> read_answer_book(const Home& home,
                                                                 const crypto::SecretText& passphrase);
/// Writes it in place of the one before, under the passphrase.
[[nodiscard]] tl::expected<void, Problem> save_answer_book(const Home& home, const AnswerBook& book,
                                                           const crypto::SecretText& passphrase);

}  // namespace sandyk::desk
