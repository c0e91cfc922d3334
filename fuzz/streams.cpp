#include "fuzz/streams.h"

#include <algorithm>

namespace sandyk::fuzz {

crypto::Source source_in_pieces(crypto::ByteView bytes, crypto::ByteView cuts) {
  return [bytes, cuts,
          count = std::size_t{0}](std::span<std::uint8_t> out) mutable -> std::optional<std::size_t> {
    // The first hundred pieces are small; a long payload would take all day in such.
    const std::size_t unit = count < 100 ? 1 : 1024;
    const std::size_t piece = unit * (1 + (cuts.empty() ? 0 : cuts[count % cuts.size()]));
    ++count;
    const auto n = std::min({piece, out.size(), bytes.size()});
    std::copy_n(bytes.begin(), n, out.begin());
    bytes = bytes.subspan(n);
    return n;
  };
}

crypto::Source source_that_fails(crypto::ByteView bytes, std::size_t size) {
  return [left = bytes.first(std::min(size, bytes.size()))](
             std::span<std::uint8_t> out) mutable -> std::optional<std::size_t> {
    if (left.empty()) return std::nullopt;
    const auto n = std::min(out.size(), left.size());
    std::copy_n(left.begin(), n, out.begin());
    left = left.subspan(n);
    return n;
  };
}

crypto::Sink gather(crypto::Bytes& bytes) {
  return [&bytes](crypto::ByteView part) {
    bytes.insert(bytes.end(), part.begin(), part.end());
    return true;
  };
}

}  // namespace sandyk::fuzz
