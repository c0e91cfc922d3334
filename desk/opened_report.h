// One sealed report, opened: from bytes that a stranger wrote to something staff can look at.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/age/open.h"
#include "report/document.h"
#include "report/packing.h"
#include "report/thread.h"

namespace sandyk::desk {

/// What a report holds, as far as it can be read. A report that opened is kept even where something about it
/// is wrong: `remarks` says what, in sentences.
struct OpenedReport {
  report::Unpacked unpacked;
  std::optional<report::Document> document;
  std::optional<report::Thread> thread;
  std::vector<std::string> remarks;

  bool is_cover() const { return thread && thread->kind == report::ThreadKind::cover; }
};

/// Why a sealed report cannot be opened, as one sentence, and whether another key could change it.
struct NotOpened {
  std::string why;
  bool is_for_want_of_a_key = false;
};

/// Unpacks and reads what was opened.
[[nodiscard]] tl::expected<OpenedReport, NotOpened> read_packed(crypto::ByteView packed);

/// Opens, unpacks and reads a sealed report of at most 33 MiB.
[[nodiscard]] tl::expected<OpenedReport, NotOpened> open_report(
    crypto::ByteView sealed, std::span<const crypto::age::HybridIdentity> identities);

}  // namespace sandyk::desk
