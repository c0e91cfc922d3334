// How large a database's file is: never what its reports would make it, but a step. SQLite ignores what lies
// behind the pages that its header counts, and that is filled with noise.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"

namespace sandyk::storage {

/// Asked by what takes long, again and again; false means: give up now.
using MayGoOn = std::function<bool()>;

/// What an open database of `bytes` in use takes up: the next multiple of `step`; with `step` 0 what it is.
std::uint64_t size_while_open(std::uint64_t bytes, std::uint64_t step);

/// What a finished one takes up: the next power of two, at least `step`; with `step` 0 what it is.
std::uint64_t size_at_close(std::uint64_t bytes, std::uint64_t step);

/// Appends noise to a file that nobody has open, up to `size`, and syncs it. A fault leaves it longer than it
/// was, which harms nothing; being told to give up is IoFault::failed.
[[nodiscard]] tl::expected<void, crypto::IoFault> append_noise(const std::filesystem::path& file,
                                                               std::uint64_t size, const MayGoOn& may_go_on);

/// True when the disk that `folder` is on has `bytes` more than the `reserve` that is kept.
bool has_room(const std::filesystem::path& folder, std::uint64_t bytes, std::uint64_t reserve);

}  // namespace sandyk::storage
