#include "crypto/seal/stream.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sandyk::crypto {

Source source_of(ByteView bytes) {
  return [bytes](std::span<std::uint8_t> out) mutable -> std::optional<std::size_t> {
    const auto n = std::min(out.size(), bytes.size());
    std::copy_n(bytes.begin(), n, out.begin());
    bytes = bytes.subspan(n);
    return n;
  };
}

Source source_of(int fd) {
  return [fd](std::span<std::uint8_t> out) -> std::optional<std::size_t> {
    while (true) {
      const ssize_t n = ::read(fd, out.data(), out.size());
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) return std::nullopt;
    }
  };
}

std::optional<std::size_t> fill(const Source& source, std::span<std::uint8_t> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const auto n = source(buffer.subspan(filled));
    if (!n) return std::nullopt;
    if (*n == 0) break;
    filled += *n;
  }
  return filled;
}

}  // namespace sandyk::crypto
