// thread.json: what ties a report to its receipt, sealed inside it (docs/formats.md, "thread.json").
#pragma once

#include <array>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/answers.h"
#include "crypto/open/receipt.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/secret.h"

namespace sandyk::report {

inline constexpr std::size_t max_thread_size = 4096;
inline constexpr std::size_t max_read = 64;  // answers: a board of 20 organisations tells one thread no more
inline constexpr unsigned max_parts = 100;   // guessed: 3 GiB of evidence in one thread

enum class ThreadKind {
  report,    ///< the first of its thread
  followup,  ///< more of it, signed
  withdraw,  ///< the reporter takes it back, signed
  cover,     ///< nothing: sent so that sending says less
};

/// As thread.json says it: `report`, `followup`, `withdraw`, `cover`.
std::string_view word_of(ThreadKind kind);
/// Whether it goes on with a thread, and so must be signed with that thread's key.
bool is_signed_kind(ThreadKind kind);

using ThreadSignature = std::array<std::uint8_t, 64>;

struct Thread {
  crypto::ThreadId thread;
  crypto::ReplyKey reply_key;  ///< answers are sealed to it
  std::array<std::uint8_t, 32> verify_key;
  ThreadKind kind;
  unsigned part, parts;                      ///< 1 ≤ part ≤ parts
  std::optional<ThreadSignature> signature;  ///< of a follow-up or withdrawal, and of no other
  std::vector<crypto::ReadProof> read = {};  ///< answers that the reporter has read
};

enum class ThreadFault {
  malformed,  ///< not JSON, another format, or a member missing or wrong
  unknown_kind,
  bad_parts,
  no_signature,   ///< a follow-up or withdrawal without one
  odd_signature,  ///< a report or cover with one
};
std::string_view sentence(ThreadFault fault);

/// Any bytes give a thread or a fault. Members that it does not know are ignored.
[[nodiscard]] tl::expected<Thread, ThreadFault> parse_thread(crypto::ByteView json);

/// The file's bytes. They hold the reply key, hence wiped memory.
crypto::WipedBytes write_thread(const Thread& thread);

/// What a follow-up or withdrawal signs: `sandyk/thread/1`, kind, thread, hash of report.json, hash of each
/// file in order.
crypto::Bytes signing_message(ThreadKind kind, const crypto::ThreadId& thread,
                              const crypto::Digest& report_json, std::span<const crypto::Digest> files);

/// Whether `thread` has a signature that its own verify key made over these contents. That the key belongs to
/// the thread as it was first seen is for the desk to compare.
bool has_good_signature(const Thread& thread, const crypto::Digest& report_json,
                        std::span<const crypto::Digest> files);

}  // namespace sandyk::report
