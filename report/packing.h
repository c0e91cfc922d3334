// The packed report: one tar of document, thread and files, padded with zeros to a size class
// (docs/formats.md, "Packed report").
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/file.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/secret.h"
#include "crypto/seal/size_class.h"
#include "report/document.h"

namespace sandyk::report {

inline constexpr std::uint64_t max_packed_size = crypto::size_classes.back();

/// A file to pack as `files/<id>`.
struct FileToPack {
  std::string id;  ///< `a1` to `a5`
  crypto::ByteView content;
};

/// Bytes of the tar for members of these sizes, with its two closing zero blocks, before padding.
std::uint64_t packed_size(std::span<const std::uint64_t> member_sizes);

/// The same for a report.
std::uint64_t packed_size(crypto::ByteView document, std::optional<crypto::ByteView> thread,
                          std::span<const FileToPack> files);

enum class PackFault {
  too_large,  ///< more than 32 MiB
  sink,       ///< the sink said no
};

/// Takes packed bytes as they come; false stops the work.
using Sink = std::function<bool(crypto::ByteView)>;

/// Writes the tar and its padding to `sink` and returns the size class, which is the number of bytes written.
/// The same contents always give the same bytes. `thread` is absent only in what is to be sealed with stock
/// age. Throws when an id is none or there are two of one: the caller makes them.
[[nodiscard]] tl::expected<std::uint64_t, PackFault> pack(crypto::ByteView document,
                                                          std::optional<crypto::ByteView> thread,
                                                          std::span<const FileToPack> files,
                                                          const Sink& sink);

struct UnpackedFile {
  std::string id;
  crypto::WipedBytes content;
  crypto::Digest sha256;
};

/// What was in a packed report. Document and thread are not parsed yet.
struct Unpacked {
  crypto::WipedBytes document;
  std::optional<crypto::WipedBytes> thread;
  std::vector<UnpackedFile> files;  ///< by id
};

enum class UnpackFault {
  too_large,    ///< the tar, or what a member claims to hold
  damaged,      ///< not a tar, or one that cannot be read to its end
  no_end,       ///< two zero blocks do not close it
  after_end,    ///< something other than zeros follows its end
  too_many,     ///< more members than a report has
  bad_name,     ///< a member other than report.json, thread.json, files/a1 to files/a5
  repeated,     ///< a name twice
  not_regular,  ///< a link, a device, a sparse file, a folder other than files/
  no_document,  ///< no report.json
};
std::string_view sentence(UnpackFault fault);

/// Reads a packed report in any order of members, also as GNU tar writes it. Any bytes give a report or a
/// fault; names never become paths here.
[[nodiscard]] tl::expected<Unpacked, UnpackFault> unpack(crypto::ByteView packed);

/// Creates `folder` (mode 0700; it must not be there) and in it report.json and files/a1 … (0600), all
/// synced. thread.json stays out: it holds the reply key.
[[nodiscard]] tl::expected<void, crypto::IoFault> write_unpacked(const Unpacked& report,
                                                                 const std::filesystem::path& folder);

enum class AttachmentFault {
  not_given,   ///< listed, but not there
  not_listed,  ///< there, but not listed
  wrong_size,
  wrong_hash,
};
struct AttachmentError {
  AttachmentFault fault;
  std::string id;  ///< `a1` to `a5`
};
std::string sentence(const AttachmentError& error);

/// Whether the files are exactly those that the document lists.
[[nodiscard]] tl::expected<void, AttachmentError> check_attachments(const Document& document,
                                                                    const Unpacked& report);

}  // namespace sandyk::report
