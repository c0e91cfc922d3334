#include "desk/opened_report.h"

#include <fmt/format.h>

#include "crypto/seal/size_class.h"

namespace sandyk::desk {
namespace {

using crypto::age::OpenFault;
using report::ThreadKind;

std::vector<crypto::Digest> hashes_of(const report::Unpacked& unpacked) {
  std::vector<crypto::Digest> hashes;
  for (const auto& file : unpacked.files) hashes.push_back(file.sha256);
  return hashes;
}

void read_document(OpenedReport& opened) {
  auto document = report::Document::parse(opened.unpacked.document);
  if (!document) {
    opened.remarks.push_back(
        fmt::format("Its report.json cannot be read as a report. {}", sentence(document.error())));
    return;
  }
  if (const auto files = report::check_attachments(*document, opened.unpacked); !files)
    opened.remarks.push_back(sentence(files.error()));
  opened.document = std::move(*document);
}

void read_thread(OpenedReport& opened) {
  if (!opened.unpacked.thread) {
    opened.remarks.push_back(
        "It has no thread.json: it was sealed with another tool and cannot be answered.");
    return;
  }
  auto thread = report::parse_thread(*opened.unpacked.thread);
  if (!thread) {
    opened.remarks.push_back(fmt::format("Its thread.json cannot be used. {}", sentence(thread.error())));
    return;
  }
  if (report::is_signed_kind(thread->kind) &&
      !report::has_good_signature(*thread, crypto::sha256(opened.unpacked.document),
                                  hashes_of(opened.unpacked)))
    opened.remarks.push_back("It says that it continues an earlier report, but its signature does not fit.");
  opened.thread = std::move(*thread);
}

}  // namespace

tl::expected<OpenedReport, NotOpened> read_packed(crypto::ByteView packed) {
  auto unpacked = report::unpack(packed);
  if (!unpacked)
    return tl::unexpected(NotOpened{fmt::format("it opened, but {}", sentence(unpacked.error()))});

  OpenedReport opened{std::move(*unpacked), {}, {}, {}};
  read_document(opened);
  read_thread(opened);
  return opened;
}

tl::expected<OpenedReport, NotOpened> open_report(crypto::ByteView sealed,
                                                  std::span<const crypto::age::HybridIdentity> identities) {
  const auto packed = crypto::age::open_small(sealed, identities, report::max_packed_size);
  if (!packed) {
    const bool no_match = packed.error() == OpenFault::no_match;
    return tl::unexpected(NotOpened{fmt::format("{}", sentence(packed.error())), no_match});
  }
  return read_packed(*packed);
}

}  // namespace sandyk::desk
