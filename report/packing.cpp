#include "report/packing.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <stdexcept>

namespace sandyk::report {
namespace {

constexpr std::uint64_t block = 512;
constexpr std::uint64_t end_blocks = 2;

struct FreeArchive {
  void operator()(archive* a) const noexcept { archive_write_free(a); }
};
struct FreeEntry {
  void operator()(archive_entry* e) const noexcept { archive_entry_free(e); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;
using Entry = std::unique_ptr<archive_entry, FreeEntry>;

/// Passes bytes on and counts them; remembers whether the sink said no.
struct Output {
  const Sink& sink;
  std::uint64_t written = 0;
  bool is_stopped = false;

  bool write(crypto::ByteView bytes) {
    if (is_stopped || !sink(bytes)) is_stopped = true;
    written += bytes.size();
    return !is_stopped;
  }
};

/// Never tells libarchive of a sink that said no: it leaks its buffer when a writer fails (3.6.2).
la_ssize_t write_output(archive*, void* output, const void* bytes, std::size_t size) {
  static_cast<Output*>(output)->write({static_cast<const std::uint8_t*>(bytes), size});
  return static_cast<la_ssize_t>(size);
}

/// A ustar writer that pads nothing on its own.
Archive open_archive(Output& output) {
  Archive a(archive_write_new());
  if (!a) throw std::bad_alloc();
  if (archive_write_set_format_ustar(a.get()) != ARCHIVE_OK ||
      archive_write_add_filter_none(a.get()) != ARCHIVE_OK ||
      archive_write_set_bytes_per_block(a.get(), 0) != ARCHIVE_OK ||
      archive_write_open(a.get(), &output, nullptr, write_output, nullptr) != ARCHIVE_OK)
    throw std::runtime_error("libarchive could not start a tar");
  return a;
}

/// False when libarchive refuses.
bool write_member(archive* a, const std::string& name, crypto::ByteView content) {
  const Entry entry(archive_entry_new());
  if (!entry) throw std::bad_alloc();
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_uid(entry.get(), 0);
  archive_entry_set_gid(entry.get(), 0);
  archive_entry_set_mtime(entry.get(), 0, 0);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  if (archive_write_header(a, entry.get()) != ARCHIVE_OK) return false;
  if (content.empty()) return true;
  return archive_write_data(a, content.data(), content.size()) == static_cast<la_ssize_t>(content.size());
}

bool write_members(archive* a, crypto::ByteView document, std::optional<crypto::ByteView> thread,
                   std::span<const FileToPack> files) {
  if (!write_member(a, "report.json", document)) return false;
  if (thread && !write_member(a, "thread.json", *thread)) return false;
  for (const FileToPack& file : files)
    if (!write_member(a, "files/" + file.id, file.content)) return false;
  return archive_write_close(a) == ARCHIVE_OK;
}

bool pad(Output& output, std::uint64_t size) {
  static constexpr std::array<std::uint8_t, 16384> zeros{};
  while (output.written < size) {
    const std::uint64_t n = std::min<std::uint64_t>(zeros.size(), size - output.written);
    if (!output.write({zeros.data(), n})) return false;
  }
  return true;
}

void require_good_ids(std::span<const FileToPack> files) {
  std::set<std::string> seen;
  for (const FileToPack& file : files)
    if (!is_attachment_id(file.id) || !seen.insert(file.id).second)
      throw std::logic_error("packing: a file's id is not one of a1 to a5, or comes twice");
}

}  // namespace

std::uint64_t packed_size(std::span<const std::uint64_t> member_sizes) {
  std::uint64_t size = end_blocks * block;
  for (const std::uint64_t member : member_sizes) size += block + (member + block - 1) / block * block;
  return size;
}

std::uint64_t packed_size(crypto::ByteView document, std::optional<crypto::ByteView> thread,
                          std::span<const FileToPack> files) {
  std::vector<std::uint64_t> sizes{document.size()};
  if (thread) sizes.push_back(thread->size());
  for (const FileToPack& file : files) sizes.push_back(file.content.size());
  return packed_size(sizes);
}

tl::expected<std::uint64_t, PackFault> pack(crypto::ByteView document, std::optional<crypto::ByteView> thread,
                                            std::span<const FileToPack> files, const Sink& sink) {
  require_good_ids(files);
  const std::uint64_t size = packed_size(document, thread, files);
  const auto size_class = crypto::size_class_for(size);
  if (!size_class) return tl::unexpected(PackFault::too_large);

  Output output{sink};
  const Archive a = open_archive(output);
  const bool is_written = write_members(a.get(), document, thread, files);
  if (output.is_stopped) return tl::unexpected(PackFault::sink);
  if (!is_written || output.written != size) throw std::logic_error("packing: libarchive wrote another tar");
  if (!pad(output, *size_class)) return tl::unexpected(PackFault::sink);
  return *size_class;
}

}  // namespace sandyk::report
