#include "crypto/open/age/armor.h"

#include <algorithm>

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto::age {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::size_t max_line = max_armor_white_space + 1;

bool is_white(std::string_view text) {
  return text.find_first_not_of(white_space) == std::string_view::npos;
}

}  // namespace

bool looks_armored(ByteView start) {
  const auto text = text_of(start);
  const auto dashes = armor_begin.substr(0, armor_begin.find('B'));
  return text.substr(std::min(text.find_first_not_of(white_space), text.size())).starts_with(dashes);
}

std::optional<std::size_t> ArmorReader::operator()(std::span<std::uint8_t> out) {
  while (given_ == decoded_.size()) {
    if (state_ == State::done) return 0;
    if (state_ == State::malformed || state_ == State::unreadable) return std::nullopt;
    decoded_.clear();
    given_ = 0;
    state_ = read_line() ? accept_line() : State::unreadable;
  }
  const auto n = std::min(out.size(), decoded_.size() - given_);
  std::copy_n(decoded_.begin() + static_cast<std::ptrdiff_t>(given_), n, out.begin());
  given_ += n;
  return n;
}

bool ArmorReader::refill() {
  const auto n = text_(buffer_);
  if (!n) return false;
  is_at_end_ = *n == 0;
  ahead_ = ByteView(buffer_).first(*n);
  return true;
}

/// The next line, or what is left at the end; a line that nothing would accept is cut short. False when
/// reading failed.
bool ArmorReader::read_line() {
  line_.clear();
  while (line_.size() <= max_line) {
    if (ahead_.empty() && !refill()) return false;
    if (is_at_end_) break;
    const auto text = text_of(ahead_);
    const auto size = std::min(text.find('\n'), text.size());
    line_ += text.substr(0, size);
    ahead_ = ahead_.subspan(std::min(size + 1, ahead_.size()));
    if (size < text.size()) break;
  }
  line_end_ = line_.ends_with('\r') ? 2 : 1;
  line_.resize(line_.size() + 1 - line_end_);
  return true;
}

ArmorReader::State ArmorReader::accept_line() {
  switch (state_) {
    case State::before:
      return accept_before();
    case State::inside:
      return accept_inside();
    case State::last_line:
      return line_ == armor_end ? State::after : State::malformed;
    case State::after:
      return accept_after();
    case State::done:
    case State::malformed:
    case State::unreadable:
      break;
  }
  return state_;
}

ArmorReader::State ArmorReader::accept_before() {
  if (line_ == armor_begin) {
    white_space_ = 0;
    return State::inside;
  }
  white_space_ += line_.size() + line_end_;
  const bool may_go_on = is_white(line_) && white_space_ <= max_armor_white_space && !is_at_end_;
  return may_go_on ? State::before : State::malformed;
}

ArmorReader::State ArmorReader::accept_inside() {
  if (line_ == armor_end) return State::after;
  if (line_.empty() || line_.size() > armor_columns) return State::malformed;
  auto bytes = from_base64(line_, Base64::padded);
  if (!bytes) return State::malformed;
  decoded_ = std::move(*bytes);
  return decoded_.size() == armor_bytes_per_line ? State::inside : State::last_line;
}

ArmorReader::State ArmorReader::accept_after() {
  white_space_ += line_.size() + line_end_;
  if (!is_white(line_) || white_space_ > max_armor_white_space) return State::malformed;
  return is_at_end_ ? State::done : State::after;
}

}  // namespace sandyk::crypto::age
