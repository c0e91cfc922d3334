// thread.json in a fixed form: the reader reads the file that a stranger wrote, everyone else reads this
// (docs/formats.md, "Answers at the desk").
#pragma once

#include <optional>

#include "report/thread.h"

namespace sandyk::desk {

struct KeptThread {
  report::Thread thread;
  bool is_signed = false;  ///< by its own verify key, over the report's content; the desk's own finding
};

/// It holds the reply key, hence wiped memory.
crypto::WipedBytes write_kept_thread(const report::Thread& thread, bool is_signed);
/// Any bytes give a thread or nothing.
std::optional<KeptThread> parse_kept_thread(crypto::ByteView bytes);

inline constexpr std::size_t max_kept_thread = 4 + 16 + 32 + 32 + 1 + 64 + 1 + report::max_read * 16;

}  // namespace sandyk::desk
