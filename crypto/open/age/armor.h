// Reading an age file that is armored as text (C2SP age.md, "ASCII armor").
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "crypto/seal/age/format.h"
#include "crypto/seal/stream.h"

namespace sandyk::crypto::age {

/// A source of the binary file over a source of its text. Strict: nothing but lines of white space, 1024
/// bytes of them each, before and behind the block; lines of 64 characters but for the last; canonical
/// base64. Lines may end in CR LF, and the end line in nothing.
class ArmorReader {
 public:
  /// `text` must outlive the object.
  explicit ArmorReader(const Source& text) : text_(text) {}

  /// As a Source; nothing also where the text is malformed.
  std::optional<std::size_t> operator()(std::span<std::uint8_t> out);
  /// Why it gave nothing: the text, not the reading of it.
  bool is_malformed() const { return state_ == State::malformed; }

 private:
  enum class State { before, inside, last_line, after, done, malformed, unreadable };

  bool refill();
  bool read_line();
  State accept_line();
  State accept_before();
  State accept_inside();
  State accept_after();

  const Source& text_;
  State state_ = State::before;
  std::array<std::uint8_t, 4096> buffer_;
  ByteView ahead_;  // what of the buffer is not taken yet
  bool is_at_end_ = false;
  std::string line_;          // without its line end
  std::size_t line_end_ = 1;  // bytes of that; also 1 where the text ends
  Bytes decoded_;             // of the line
  std::size_t given_ = 0;
  std::size_t white_space_ = 0;
};

/// Whether a file that starts so is armored: white space, then the begin line's dashes.
bool looks_armored(ByteView start);

}  // namespace sandyk::crypto::age
