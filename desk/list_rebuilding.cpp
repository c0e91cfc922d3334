#include "desk/list_rebuilding.h"

#include <optional>

#include "desk/reader_child.h"
#include "report/packing.h"

namespace sandyk::desk {
namespace {

using Content = tl::expected<std::optional<crypto::WipedBytes>, Problem>;

/// The report packed again; nothing when its content cannot be had.
std::optional<crypto::WipedBytes> packed_again(CaseFile& file, std::int64_t n) {
  const Content document = file.content(n, "report.json"), thread = file.content(n, "thread.json");
  if (!document || !*document || !thread) return std::nullopt;
  std::vector<Content> contents;
  std::vector<report::FileToPack> files;
  contents.reserve(report::max_attachments);
  for (std::size_t i = 1; i <= report::max_attachments; ++i) {
    contents.push_back(file.content(n, "files/" + report::attachment_id(i)));
    if (!contents.back()) return std::nullopt;
    if (*contents.back()) files.push_back({report::attachment_id(i), **contents.back()});
  }
  crypto::WipedBytes packed;
  std::optional<crypto::ByteView> thread_bytes;
  if (*thread) thread_bytes = **thread;
  const auto done = report::pack(**document, thread_bytes, files, [&](crypto::ByteView part) {
    packed.insert(packed.end(), part.begin(), part.end());
    return true;
  });
  if (!done) return std::nullopt;
  return packed;
}

}  // namespace

tl::expected<Rebuilt, Problem> rebuild_lists(CaseFile& file, const std::filesystem::path& program,
                                             const std::function<void(std::size_t, std::size_t)>& progress) {
  const auto missing = file.unlisted();
  if (!missing) return tl::unexpected(missing.error());
  auto reader = ReaderChild::start(program);
  if (!reader) return tl::unexpected(reader.error());
  Rebuilt rebuilt;
  for (const std::int64_t n : *missing) {
    const auto packed = packed_again(file, n);
    const tl::expected<ReadReport, NotRead> read =
        packed ? reader->unpack(*packed) : tl::unexpected(NotRead{"its content cannot be had"});
    if (read) {
      if (auto done = file.list(n, read->glance); !done) return tl::unexpected(done.error());
      ++rebuilt.listed;
    } else {
      ++rebuilt.unreadable;
    }
    if (!read && read.error().is_reader_gone) {
      auto another = ReaderChild::start(program);
      if (!another) return tl::unexpected(another.error());
      *reader = std::move(*another);
    }
    progress(rebuilt.listed + rebuilt.unreadable, missing->size());
  }
  return rebuilt;
}

}  // namespace sandyk::desk
