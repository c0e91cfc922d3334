#include "crypto/seal/age/armor.h"

#include <algorithm>

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto::age {
namespace {

void append_line(std::string& text, ByteView bytes) {
  text += to_base64(bytes, Base64::padded);
  text += '\n';
}

}  // namespace

bool ArmorWriter::write(ByteView bytes) {
  std::string text;
  if (!is_begun_) {
    text += armor_begin;
    text += '\n';
    is_begun_ = true;
  }
  text.reserve(text.size() + (bytes.size() / armor_bytes_per_line + 2) * (armor_columns + 1));
  while (line_.size() + bytes.size() >= armor_bytes_per_line) {
    const auto n = armor_bytes_per_line - line_.size();
    line_.insert(line_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
    append_line(text, line_);
    line_.clear();
    bytes = bytes.subspan(n);
  }
  line_.insert(line_.end(), bytes.begin(), bytes.end());
  return sink_(bytes_of(text));
}

bool ArmorWriter::finish() {
  if (!is_begun_ && !write({})) return false;
  std::string text;
  if (!line_.empty()) append_line(text, line_);
  text += armor_end;
  text += '\n';
  return sink_(bytes_of(text));
}

}  // namespace sandyk::crypto::age
