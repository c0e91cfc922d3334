// Bytes that come and go piece by piece.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

#include "crypto/seal/bytes.h"

namespace sandyk::crypto {

/// Fills some of the span and returns how many bytes; 0 at the end, nothing when reading failed.
using Source = std::function<std::optional<std::size_t>(std::span<std::uint8_t>)>;

/// Takes bytes as they come; false stops the work.
using Sink = std::function<bool(ByteView)>;

/// A source over bytes in memory; they must outlive it.
Source source_of(ByteView bytes);

/// A source over a file descriptor, from its position on; the descriptor must outlive it.
Source source_of(int fd);

/// Fills `buffer` from the source as far as it goes; nothing when reading failed.
std::optional<std::size_t> fill(const Source& source, std::span<std::uint8_t> buffer);

}  // namespace sandyk::crypto
