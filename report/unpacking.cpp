#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "report/packing.h"

namespace sandyk::report {
namespace {

// report.json, thread.json, five files; and the folder entries `./` and `files/` that stock tar adds.
constexpr std::size_t max_members = 2 + max_attachments + 2;
constexpr std::size_t end_size = 1024;
constexpr std::string_view files_prefix = "files/";

using Done = tl::expected<void, UnpackFault>;

struct FreeArchive {
  void operator()(archive* a) const noexcept { archive_read_free(a); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;

bool is_zero(crypto::ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

/// A reader of tar alone: no other format of libarchive's forty, no compression.
Archive open_archive(crypto::ByteView packed) {
  Archive a(archive_read_new());
  if (!a) throw std::bad_alloc();
  if (archive_read_support_format_tar(a.get()) != ARCHIVE_OK)
    throw std::runtime_error("libarchive has no tar reader");
  if (archive_read_open_memory(a.get(), packed.data(), packed.size()) != ARCHIVE_OK) return nullptr;
  return a;
}

/// Reads a member of at most `budget` bytes and takes its size off the budget: what all of them claim can
/// never be more than the tar itself, whatever holes a header describes.
tl::expected<crypto::WipedBytes, UnpackFault> read_content(archive* a, archive_entry* entry,
                                                           std::uint64_t& budget) {
  const la_int64_t claimed = archive_entry_size(entry);
  if (claimed < 0 || static_cast<std::uint64_t>(claimed) > budget)
    return tl::unexpected(UnpackFault::too_large);
  budget -= static_cast<std::uint64_t>(claimed);
  crypto::WipedBytes content(static_cast<std::size_t>(claimed));
  std::size_t filled = 0;
  while (filled < content.size()) {
    const la_ssize_t n = archive_read_data(a, content.data() + filled, content.size() - filled);
    if (n <= 0) return tl::unexpected(UnpackFault::damaged);
    filled += static_cast<std::size_t>(n);
  }
  return content;
}

bool is_plain_file(archive_entry* entry) {
  return archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr &&
         archive_entry_symlink(entry) == nullptr && archive_entry_sparse_count(entry) == 0;
}

/// The member's name without the `./` that tar writes when asked for a folder; nothing when it has no
/// readable one.
std::optional<std::string_view> name_of(archive_entry* entry) {
  const char* path = archive_entry_pathname(entry);
  if (path == nullptr) return std::nullopt;
  std::string_view name(path);
  if (name.starts_with("./")) name.remove_prefix(2);
  return name;
}

/// Collects members, each name once.
class Collector {
 public:
  explicit Collector(std::uint64_t budget) : budget_(budget) {}

  Done add(archive* a, archive_entry* entry) {
    if (++members_ > max_members) return tl::unexpected(UnpackFault::too_many);
    const auto name = name_of(entry);
    if (!name) return tl::unexpected(UnpackFault::bad_name);
    if (archive_entry_filetype(entry) == AE_IFDIR && (name->empty() || *name == "." || *name == files_prefix))
      return {};
    if (!is_plain_file(entry)) return tl::unexpected(UnpackFault::not_regular);
    if (*name == "report.json") return keep(a, entry, document_);
    if (*name == "thread.json") return keep(a, entry, thread_);
    if (name->starts_with(files_prefix) && is_attachment_id(name->substr(files_prefix.size())))
      return keep_file(a, entry, std::string(name->substr(files_prefix.size())));
    return tl::unexpected(UnpackFault::bad_name);
  }

  tl::expected<Unpacked, UnpackFault> finish() && {
    if (!document_) return tl::unexpected(UnpackFault::no_document);
    std::sort(files_.begin(), files_.end(),
              [](const UnpackedFile& x, const UnpackedFile& y) { return x.id < y.id; });
    return Unpacked{std::move(*document_), std::move(thread_), std::move(files_)};
  }

 private:
  Done keep(archive* a, archive_entry* entry, std::optional<crypto::WipedBytes>& place) {
    if (place) return tl::unexpected(UnpackFault::repeated);
    auto content = read_content(a, entry, budget_);
    if (!content) return tl::unexpected(content.error());
    place = std::move(*content);
    return {};
  }

  Done keep_file(archive* a, archive_entry* entry, std::string id) {
    if (std::any_of(files_.begin(), files_.end(), [&](const UnpackedFile& file) { return file.id == id; }))
      return tl::unexpected(UnpackFault::repeated);
    auto content = read_content(a, entry, budget_);
    if (!content) return tl::unexpected(content.error());
    const crypto::Digest digest = crypto::sha256(*content);
    files_.push_back({std::move(id), std::move(*content), digest});
    return {};
  }

  std::uint64_t budget_;
  std::size_t members_ = 0;
  std::optional<crypto::WipedBytes> document_, thread_;
  std::vector<UnpackedFile> files_;
};

/// Only zeros may follow what libarchive has read.
Done check_rest(archive* a, crypto::ByteView packed) {
  const la_int64_t read = archive_filter_bytes(a, 0);
  if (read < 0 || static_cast<std::uint64_t>(read) > packed.size())
    return tl::unexpected(UnpackFault::damaged);
  if (!is_zero(packed.subspan(static_cast<std::size_t>(read)))) return tl::unexpected(UnpackFault::after_end);
  return {};
}

/// What a folder's name stands for must be on the disk before its name says that it is.
tl::expected<void, crypto::IoFault> sync(const crypto::Fd& fd) {
  if (::fsync(fd.get()) != 0) return tl::unexpected(crypto::io_fault(errno));
  return {};
}

/// A new file of ours inside a folder of ours; nothing there is followed or replaced.
tl::expected<void, crypto::IoFault> write_new(int folder, const char* name, crypto::ByteView content) {
  const crypto::Fd fd(::openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.is_open()) return tl::unexpected(crypto::io_fault(errno));
  if (auto done = crypto::write_all(fd.get(), content); !done) return done;
  return sync(fd);
}

tl::expected<crypto::Fd, crypto::IoFault> make_folder(int parent, const char* name) {
  if (::mkdirat(parent, name, 0700) != 0) return tl::unexpected(crypto::io_fault(errno));
  crypto::Fd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.is_open()) return tl::unexpected(crypto::io_fault(errno));
  return fd;
}

}  // namespace

tl::expected<Unpacked, UnpackFault> unpack(crypto::ByteView packed) {
  if (packed.size() > max_packed_size) return tl::unexpected(UnpackFault::too_large);
  if (packed.size() < end_size || !is_zero(packed.last(end_size))) return tl::unexpected(UnpackFault::no_end);
  const Archive a = open_archive(packed);
  if (!a) return tl::unexpected(UnpackFault::damaged);
  Collector collector(packed.size());
  while (true) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(a.get(), &entry);
    if (result == ARCHIVE_EOF) break;
    if (result != ARCHIVE_OK) return tl::unexpected(UnpackFault::damaged);
    if (auto added = collector.add(a.get(), entry); !added) return tl::unexpected(added.error());
  }
  if (auto good = check_rest(a.get(), packed); !good) return tl::unexpected(good.error());
  return std::move(collector).finish();
}

tl::expected<void, crypto::IoFault> write_unpacked(const Unpacked& report,
                                                   const std::filesystem::path& folder) {
  const auto target = make_folder(AT_FDCWD, folder.c_str());
  if (!target) return tl::unexpected(target.error());
  if (auto done = write_new(target->get(), "report.json", report.document); !done) return done;
  if (report.files.empty()) return sync(*target);
  const auto files = make_folder(target->get(), "files");
  if (!files) return tl::unexpected(files.error());
  for (const UnpackedFile& file : report.files)
    if (auto done = write_new(files->get(), file.id.c_str(), file.content); !done) return done;
  if (auto done = sync(*files); !done) return done;
  return sync(*target);
}

tl::expected<void, AttachmentError> check_attachments(const Document& document, const Unpacked& report) {
  const auto refuse = [](AttachmentFault fault, const std::string& id) {
    return tl::unexpected(AttachmentError{fault, id});
  };
  for (const Attachment& listed : document.attachments()) {
    const auto file = std::find_if(report.files.begin(), report.files.end(),
                                   [&](const UnpackedFile& f) { return f.id == listed.id; });
    if (file == report.files.end()) return refuse(AttachmentFault::not_given, listed.id);
    if (file->content.size() != listed.size) return refuse(AttachmentFault::wrong_size, listed.id);
    if (file->sha256 != listed.sha256) return refuse(AttachmentFault::wrong_hash, listed.id);
  }
  for (const UnpackedFile& file : report.files) {
    const auto& listed = document.attachments();
    if (std::none_of(listed.begin(), listed.end(), [&](const Attachment& a) { return a.id == file.id; }))
      return refuse(AttachmentFault::not_listed, file.id);
  }
  return {};
}

std::string sentence(const AttachmentError& error) {
  switch (error.fault) {
    case AttachmentFault::not_given:
      return "the document lists file " + error.id + ", which was not given";
    case AttachmentFault::not_listed:
      return "file " + error.id + " was given, but the document does not list it";
    case AttachmentFault::wrong_size:
      return "file " + error.id + " does not have the size that the document says";
    case AttachmentFault::wrong_hash:
      return "file " + error.id + " is not the one whose hash the document gives";
  }
  std::abort();
}

std::string_view sentence(UnpackFault fault) {
  switch (fault) {
    case UnpackFault::too_large:
      return "it holds more than a report may";
    case UnpackFault::damaged:
      return "it is not a tar that can be read to its end";
    case UnpackFault::no_end:
      return "the tar is cut off: its closing zero blocks are missing";
    case UnpackFault::after_end:
      return "something other than zeros follows the end of the tar";
    case UnpackFault::too_many:
      return "the tar has more members than a report has";
    case UnpackFault::bad_name:
      return "the tar has a member that a report never has";
    case UnpackFault::repeated:
      return "the tar has the same member twice";
    case UnpackFault::not_regular:
      return "the tar has a link, a device or a folder where a file belongs";
    case UnpackFault::no_document:
      return "the tar has no report.json";
  }
  std::abort();
}

}  // namespace sandyk::report
