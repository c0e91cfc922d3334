// Byte strings and the one way to walk over those that a peer wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sandyk::crypto {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text, without copying.
inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Bytes as text, without copying and without looking at them.
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A read-once cursor over untrusted bytes. Every step checks; none throws, none copies.
class Reader {
 public:
  explicit Reader(ByteView bytes) : left_(bytes) {}

  /// The next n bytes, or nothing when fewer are left.
  std::optional<ByteView> take(std::size_t n) {
    if (n > left_.size()) return std::nullopt;
    auto head = left_.first(n);
    left_ = left_.subspan(n);
    return head;
  }

  /// The next line without its LF, or nothing when no LF follows.
  std::optional<std::string_view> take_line() {
    const std::string_view text = text_of(left_);
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    left_ = left_.subspan(end + 1);
    return text.substr(0, end);
  }

  bool done() const { return left_.empty(); }
  ByteView left() const { return left_; }

 private:
  ByteView left_;
};

}  // namespace sandyk::crypto
