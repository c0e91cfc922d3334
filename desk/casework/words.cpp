#include "desk/casework/words.h"

#include <algorithm>

namespace sandyk::desk {
namespace {

bool is_of_a_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

/// What is beyond ASCII and no letter: the marks of General Punctuation, « and », the no-break space.
std::size_t mark_at(std::string_view text) {
  if (text.starts_with("\xE2\x80") || text.starts_with("\xE2\x84")) return 3;
  if (text.starts_with("\xC2")) return 2;
  return 0;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view folded) {
  std::vector<std::string_view> words;
  std::size_t begin = 0, at = 0;
  const auto end_word = [&] {
    if (at > begin) words.push_back(folded.substr(begin, at - begin));
  };
  while (at < folded.size()) {
    const std::size_t mark = mark_at(folded.substr(at));
    if (mark == 0 && is_of_a_word(folded[at])) {
      ++at;
      continue;
    }
    end_word();
    at = begin = std::min(at + std::max<std::size_t>(mark, 1), folded.size());
  }
  end_word();
  return words;
}

bool has_phrase(const std::vector<std::string_view>& words, const Phrase& phrase) {
  if (phrase.empty()) return false;
  for (std::size_t start = 0; start < words.size(); ++start) {
    if (!words[start].starts_with(phrase.front())) continue;
    std::size_t found = 1, last = start;
    for (std::size_t at = start + 1;
         found < phrase.size() && at < words.size() && at <= last + 1 + phrase_gap; ++at)
      if (words[at].starts_with(phrase[found])) {
        ++found;
        last = at;
      }
    if (found == phrase.size()) return true;
  }
  return false;
}

bool has_words(const std::vector<std::string_view>& words, const std::vector<std::string_view>& sought) {
  return !sought.empty() &&
         std::search(words.begin(), words.end(), sought.begin(), sought.end()) != words.end();
}

}  // namespace sandyk::desk
