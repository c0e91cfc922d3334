// Marks in a text by which two reports may belong together: telephone numbers, number plates, dates, and a
// sketch of its words. Found by their form alone.
#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "desk/case_file.h"

namespace sandyk::desk {

struct Mark {
  std::string kind;   ///< number, plate, date, hash or words
  std::string value;  ///< one spelling for each
  auto operator<=>(const Mark&) const = default;
};

/// The marks of a folded text, sorted, each once. Numbers by their last nine digits; plates in Latin letters
/// without spaces; dates as `2031-11-26`, or `--11-26` where no year stands with them.
std::vector<Mark> marks_of(std::string_view folded);

/// How many words of a sketch there are: the smallest of the hashes of all words.
inline constexpr std::size_t sketch_size = 16;

/// A date mark in reach of these days. Without a year it is taken as of their year.
bool is_near(const Mark& date, std::chrono::sys_days first, std::chrono::sys_days last,
             std::chrono::days reach);

/// Finds the marks of reports that have none yet, with the hashes of their files: of the newest first, and of
/// at most `most`, since somebody waits. A report that is deleted loses them.
[[nodiscard]] tl::expected<void, Problem> fill_marks(CaseFile& file, std::size_t most);

}  // namespace sandyk::desk
