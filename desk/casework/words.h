// Words of a folded text, and phrases looked for among them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandyk::desk {

/// Letters and digits that stand together; what is not ASCII counts as a letter. Views into `folded`.
std::vector<std::string_view> words_of(std::string_view folded);

/// Beginnings of words, in their order; up to `phrase_gap` other words may stand between two of them.
using Phrase = std::vector<std::string>;
inline constexpr std::size_t phrase_gap = 4;

/// Whether the beginnings of a phrase stand in the text in this order.
bool has_phrase(const std::vector<std::string_view>& words, const Phrase& phrase);
/// Whether exactly these words stand in the text, one after another.
bool has_words(const std::vector<std::string_view>& words, const std::vector<std::string_view>& sought);

}  // namespace sandyk::desk
