// Ready-made answers in three languages, so that short ones need no words that could identify anybody.
#pragma once

#include <span>
#include <string_view>

namespace sandyk::desk {

struct Phrase {
  std::string_view name, en, ru, ky;
  /// In this language, English for any other.
  std::string_view in(std::string_view language) const {
    return language == "ru" ? ru : language == "ky" ? ky : en;
  }
};

std::span<const Phrase> phrases();
/// Null when there is none of this name.
const Phrase* find_phrase(std::string_view name);

}  // namespace sandyk::desk
