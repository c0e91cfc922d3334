// Writing an age file as text (C2SP age.md, "ASCII armor"). It adds a third to the size and nothing else; the
// intake takes binary files only.
#pragma once

#include <optional>
#include <string>

#include "crypto/seal/age/format.h"
#include "crypto/seal/stream.h"

namespace sandyk::crypto::age {

/// Takes the bytes of a binary file, passes on the text. Write any number of times, then finish.
class ArmorWriter {
 public:
  explicit ArmorWriter(Sink sink) : sink_(std::move(sink)) {}

  /// False when the sink said no.
  [[nodiscard]] bool write(ByteView bytes);
  /// The last line and the end line.
  [[nodiscard]] bool finish();

 private:
  Sink sink_;
  Bytes line_;  // the start of a line, less than 48 bytes
  bool is_begun_ = false;
};

}  // namespace sandyk::crypto::age
