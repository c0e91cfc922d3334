// Looking at folders and files on disk, links never followed.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/file.h"
#include "crypto/seal/ids.h"

namespace sandyk::storage {

/// The names in a folder, sorted; none when it cannot be read.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// True for a regular file; a link to one is not.
bool is_file(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);

/// Passes a file's bytes to `sink` in pieces of at most 256 KiB; a fault from it stops.
using FileSink = std::function<tl::expected<void, crypto::IoFault>(crypto::ByteView)>;
[[nodiscard]] tl::expected<void, crypto::IoFault> stream_file(const std::filesystem::path& path,
                                                              const FileSink& sink);

/// SHA-256 of a file of any size.
[[nodiscard]] tl::expected<crypto::Digest, crypto::IoFault> hash_file(const std::filesystem::path& path);

}  // namespace sandyk::storage
