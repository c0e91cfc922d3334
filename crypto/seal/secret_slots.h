// Guarded memory for secrets that live for microseconds, such as the keys between a file's header and its
// payload.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sandyk::crypto {

inline constexpr std::size_t secret_slot_size = 64;

/// A zeroed slot of 64 bytes in locked pages that such secrets share: fenced at both ends, kept out of swap
/// and cores. Pages of its own for each (sodium_malloc, which long-lived keys have) cost seven system calls,
/// more than the cryptography around them. For any thread; throws std::bad_alloc.
std::uint8_t* take_secret_slot();

/// Wipes it and makes it free again.
void return_secret_slot(std::uint8_t* slot) noexcept;

}  // namespace sandyk::crypto
