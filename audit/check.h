// One thing that was checked, in words for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandyk::audit {

enum class Verdict {
  holds,
  fails,
  not_checked,  ///< something that it needs was not given, or is not to be had from here
};
std::string_view word_of(Verdict verdict);

struct Check {
  std::string what;                   ///< a claim, true when it holds
  std::string looked_at;              ///< what it was compared with, in counts; or why it was not checked
  std::vector<std::string> failures;  ///< a sentence each
  bool is_checked = true;

  Verdict verdict() const;
  /// A sentence about what does not fit. It may name what a file said: nothing in it moves a terminal.
  void fail(std::string_view sentence);
};

Check not_checked(std::string_view what, std::string_view why);

/// The verdict's line, and failures indented below it: at most as many as people read.
std::string text_of(const Check& check);
/// The first of the failures, and a sentence that says how many more there are.
std::vector<std::string> readable_failures(const Check& check);

/// A plain count with its noun: `1 epoch`, `2 epochs`.
std::string count(std::size_t n, std::string_view noun);

}  // namespace sandyk::audit
