// What leaves the case file: on command, into a folder that a person named, never over anything.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/ids.h"
#include "desk/case_file.h"
#include "desk/pixels.h"

namespace sandyk::desk {

/// Why nothing was saved.
struct NotSaved {
  int status;  ///< of HTTP
  std::string say;
};

/// A folder that is there, by its whole path.
[[nodiscard]] tl::expected<std::filesystem::path, NotSaved> folder_named(const std::string& text);

/// `<beginning of the id>-a1.jpg`: nothing of the file's own name, and nothing that a browser would run.
[[nodiscard]] tl::expected<std::filesystem::path, NotSaved> save_file(const std::filesystem::path& folder,
                                                                      const crypto::ReportId& id,
                                                                      const std::string& name,
                                                                      crypto::ByteView content);
/// The same as a picture without what its file said besides: `<…>-a1-stripped.png`.
[[nodiscard]] tl::expected<std::filesystem::path, NotSaved> save_stripped(const std::filesystem::path& folder,
                                                                          const crypto::ReportId& id,
                                                                          const std::string& name,
                                                                          const Pixels& pixels);
/// The sealed original in a folder of its own, with SHA256SUMS, as `sha256sum -c` reads it.
[[nodiscard]] tl::expected<std::filesystem::path, NotSaved> save_sealed(const std::filesystem::path& folder,
                                                                        const crypto::ReportId& id,
                                                                        crypto::ByteView sealed);

}  // namespace sandyk::desk
