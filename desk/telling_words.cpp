#include "desk/telling_words.h"

#include <algorithm>

#include "report/text.h"

namespace sandyk::desk {
namespace {

constexpr std::string_view between = " \n\t\"'()[]{},;:!?<>";
constexpr std::size_t least_digits = 5, least_letters = 3;

bool begins_with_capital(std::string_view word) {
  if (word[0] >= 'A' && word[0] <= 'Z') return true;
  if (word.size() < 2) return false;
  const auto first = static_cast<unsigned char>(word[0]), second = static_cast<unsigned char>(word[1]);
  if (first == 0xD0) return second >= 0x81 && second <= 0xAF;                             // Ё, А to Я
  return (first == 0xD2 && (second == 0xA2 || second == 0xAE)) || word.starts_with("Ө");  // Ң, Ү
}

bool is_telling(std::string_view word, std::string_view report) {
  const auto digits = std::count_if(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (static_cast<std::size_t>(digits) >= least_digits) return true;
  if (word.find('@') != std::string_view::npos || word.find("//") != std::string_view::npos ||
      word.starts_with("www."))
    return true;
  return report::count_code_points(word) >= least_letters && begins_with_capital(word) &&
         report.find(word) != std::string_view::npos;
}

}  // namespace

std::vector<std::string> telling_words(crypto::ByteView answer, crypto::ByteView report_json) {
  std::vector<std::string> found;
  std::string_view left = crypto::text_of(answer);
  while (!left.empty()) {
    const auto end = std::min(left.find_first_of(between), left.size());
    std::string_view word = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    while (word.ends_with('.')) word.remove_suffix(1);
    if (word.empty() || !is_telling(word, crypto::text_of(report_json))) continue;
    std::string shown = report::harmless(word);
    if (std::find(found.begin(), found.end(), shown) == found.end()) found.push_back(std::move(shown));
  }
  return found;
}

tl::expected<std::vector<std::string>, Problem> telling_words(CaseFile& file,
                                                              const Conversation& conversation,
                                                              crypto::ByteView answer) {
  std::vector<std::string> found;
  for (const HeardReport& heard : conversation.heard) {
    if (!heard.is_ours) continue;
    const auto document = file.content(heard.n, "report.json");
    if (!document) return tl::unexpected(document.error());
    if (!*document) continue;
    for (std::string& word : telling_words(answer, **document))
      if (std::ranges::find(found, word) == found.end()) found.push_back(std::move(word));
  }
  return found;
}

}  // namespace sandyk::desk
