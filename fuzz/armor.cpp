// Armor. What is read is written again as the same text but for line ends and white space around it; how it
// is cut into pieces does not matter; a source that fails is never taken for an end; and any bytes armored
// read back as these bytes.
#include "crypto/open/age/armor.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/age/armor.h"
#include "fuzz/streams.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;

struct Read {
  bool is_good, is_malformed;
  Bytes binary;
  bool operator==(const Read&) const = default;
};

/// Takes what it gives in pieces as uneven as those it is fed, and asks once more when it is over.
Read read(const Source& text, ByteView cuts) {
  age::ArmorReader reader(text);
  Read result{};
  std::array<std::uint8_t, 256> piece;
  for (std::size_t i = 0;; ++i) {
    const std::size_t room = cuts.empty() ? piece.size() : 1 + cuts[i % cuts.size()];
    const auto n = reader(std::span(piece).first(room));
    if (!n || *n == 0) {
      result.is_good = n.has_value();
      if (reader(piece) != n) std::abort();
      break;
    }
    result.binary.insert(result.binary.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*n));
  }
  result.is_malformed = reader.is_malformed();
  return result;
}

std::string write(ByteView binary, ByteView cuts) {
  Bytes text;
  age::ArmorWriter writer(fuzz::gather(text));
  const Source source = fuzz::source_in_pieces(binary, cuts);
  std::array<std::uint8_t, 4096> piece;
  while (const auto n = source(piece).value())
    if (!writer.write(ByteView(piece).first(n))) std::abort();
  if (!writer.finish()) std::abort();
  return std::string(text_of(text));
}

/// The one text of this armor.
std::string normal(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  const auto begin = std::min(text.find_first_not_of(white_space), text.size());
  text = text.substr(begin, text.find_last_not_of(white_space) + 1 - begin);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!text.substr(i).starts_with("\r\n")) out += text[i];
  return out + '\n';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const Read whole = read(source_of(bytes), {});
  if (whole.is_good == whole.is_malformed) std::abort();
  if (read(fuzz::source_in_pieces(bytes, bytes), bytes) != whole) std::abort();

  const std::size_t break_at = size == 0 ? 0 : data[size / 2] * size / 255;
  const Read broken = read(fuzz::source_that_fails(bytes, break_at), bytes);
  if (broken.is_good || (broken.is_malformed && whole.is_good)) std::abort();
  if (broken.binary.size() > whole.binary.size() ||
      !std::equal(broken.binary.begin(), broken.binary.end(), whole.binary.begin()))
    std::abort();

  if (whole.is_good) {
    if (write(whole.binary, bytes) != normal(text_of(bytes))) std::abort();
    const auto start = bytes.first(std::min(size, age::max_armor_white_space + age::armor_begin.size()));
    if (!age::looks_armored(start)) std::abort();
  }

  const std::string text = write(bytes, bytes);
  const Read again = read(source_of(bytes_of(text)), bytes);
  if (!again.is_good || again.binary != Bytes(data, data + size)) std::abort();
  return 0;
}
