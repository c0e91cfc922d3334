// The few sizes a sealed report may have, so that its length says next to nothing (docs/formats.md, "Sealed
// length").
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace sandyk::crypto {

inline constexpr std::uint64_t kib = 1024;
inline constexpr std::uint64_t mib = 1024 * kib;

/// Sizes of the packed plaintext, smallest first. Every report is padded with zeros up to one of them.
inline constexpr std::array<std::uint64_t, 9> size_classes = {16 * kib, 64 * kib, 256 * kib, 1 * mib, 2 * mib,
                                                              4 * mib,  8 * mib,  16 * mib,  32 * mib};

/// The smallest class that holds `packed` bytes; nothing above 32 MiB.
std::optional<std::uint64_t> size_class_for(std::uint64_t packed);

/// Length of the age file that seals a plaintext of `size` bytes to `stanzas` hybrid recipients.
std::uint64_t sealed_length(std::uint64_t size, std::size_t stanzas);

/// The class whose sealed length for `stanzas` recipients is exactly `length`, or nothing.
std::optional<std::uint64_t> size_class_of_sealed(std::uint64_t length, std::size_t stanzas);

}  // namespace sandyk::crypto
