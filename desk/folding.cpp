#include "desk/folding.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sandyk::desk {
namespace {

constexpr std::size_t most_words = 16;  // of a search
constexpr char32_t bad = 0xFFFFFFFF;

/// The code point at the start of `text`, which is shortened by it; `bad`, and one byte, where it is not
/// UTF-8.
char32_t take(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  char32_t value = size == 1 ? first : static_cast<char32_t>(first) & (0xFFU >> (size + 1));
  bool is_good = size > 0 && size <= text.size();
  for (std::size_t i = 1; is_good && i < size; ++i) {
    is_good = (byte(i) & 0xC0) == 0x80;
    value = (value << 6) | (byte(i) & 0x3FU);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  is_good = is_good && value >= least[size] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  text.remove_prefix(is_good ? size : 1);
  return is_good ? value : bad;
}

void append(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

bool is_in(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

/// Small letters for the alphabets that reports are written in; FTS5 folds the case of all others by itself.
char32_t lower(char32_t c) {
  if (is_in(c, 'A', 'Z') || is_in(c, 0x410, 0x42F)) return c + 32;
  if (is_in(c, 0xC0, 0xDE) && c != 0xD7) return c + 32;
  if (is_in(c, 0x400, 0x40F)) return c + 80;
  if (is_in(c, 0x4C1, 0x4CD) || is_in(c, 0x139, 0x147) || is_in(c, 0x179, 0x17D)) return c + (c & 1U);
  const bool is_pair = is_in(c, 0x100, 0x12F) || is_in(c, 0x132, 0x137) || is_in(c, 0x14A, 0x177) ||
                       is_in(c, 0x460, 0x480) || is_in(c, 0x48A, 0x4BF) || is_in(c, 0x4D0, 0x52F);
  return is_pair ? c | 1U : c;
}

char32_t plain(char32_t c) {
  switch (c) {
    case 0x451:  // ё
      return 0x435;
    case 0x4AF:  // ү
      return 0x443;
    case 0x4E9:  // ө
      return 0x43E;
    case 0x4A3:  // ң
      return 0x43D;
    default:
      return c;
  }
}

/// Apostrophes in all their forms, accents that stand on their own, and characters that nobody sees.
bool is_dropped(char32_t c) {
  constexpr char32_t apostrophes[] = {'\'',   '`',   0xB4,  0x2018, 0x2019, 0x201B,
                                      0x2032, 0x2BC, 0x2B9, 0x2BB,  0xFF07};
  return std::ranges::find(apostrophes, c) != std::end(apostrophes) || is_in(c, 0x300, 0x36F) || c == 0xAD ||
         is_in(c, 0x200B, 0x200F) || is_in(c, 0x202A, 0x202E) || is_in(c, 0x2060, 0x2069) || c == 0xFEFF;
}

bool is_of_a_word(char32_t c) {
  if (c < 0x80) return is_in(c, 'a', 'z') || is_in(c, '0', '9');
  return !is_in(c, 0x80, 0xBF) && !is_in(c, 0x2000, 0x2BFF) && !is_in(c, 0x3000, 0x303F);
}

}  // namespace

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool is_after_i = false;  // и: a breve that follows makes it й, another letter
  while (!text.empty()) {
    const char32_t c = take(text);
    if (c == bad || c == 0) {
      out.push_back(' ');
    } else if (c == 0x306 && is_after_i) {
      out.resize(out.size() - 2);
      append(out, 0x439);
    } else if (!is_dropped(c)) {
      append(out, plain(lower(c)));
    }
    is_after_i = c == 0x438 || c == 0x418;
  }
  return out;
}

std::string search_expression(std::string_view typed) {
  const std::string folded = fold(typed);
  std::string_view left = folded;
  std::vector<std::string> words;
  bool is_in_word = false;
  while (!left.empty() && words.size() <= most_words) {
    const char32_t c = take(left);
    const bool goes_on = c != bad && is_of_a_word(c);
    if (goes_on && !is_in_word) words.emplace_back();
    if (goes_on) append(words.back(), c);
    is_in_word = goes_on;
  }
  if (words.size() > most_words) words.resize(most_words);
  std::string expression;
  for (const std::string& word : words) expression += (expression.empty() ? "\"" : " \"") + word + "\"*";
  return expression;
}

}  // namespace sandyk::desk
