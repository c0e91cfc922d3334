// What may belong together: links, sources and duplicates that a person then decides about. Generic rules
// over marks, words and what was coded; few suggestions, the best first.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "desk/casework/casework.h"

namespace sandyk::desk {

struct Reason {
  std::string code;    ///< same_number, same_plate, same_actor, near_date, same_family, same_trigger,
                       ///< same_outlet, same_hash, same_words, escalation
  std::string detail;  ///< the label, day or code that is the same; never a text of a report
  bool operator==(const Reason&) const = default;
};

/// A report (`report:12`) or an incident (`incident:I-20`) that may belong to another.
struct Suggestion {
  std::string kind;  ///< same_event, duplicate_of, same_actor, repeats, escalates, part_of
  std::string from, to;
  std::vector<Reason> why;
  double score = 0;
};

inline constexpr std::size_t most_for_one = 5, most_for_all = 100;

/// How many reports that were not looked at before a screen waits for, and how many a command does.
inline constexpr std::size_t marking_for_a_screen = 50, marking_for_a_command = 5000;

/// For one report or incident, or, with an empty `subject`, for all that wait for a decision. Looks first at
/// up to `marking` reports that it has not seen yet, the newest first.
[[nodiscard]] tl::expected<std::vector<Suggestion>, Problem> suggest(Casework& casework,
                                                                     std::string_view subject,
                                                                     std::size_t marking);

/// What a person decided. Yes writes the source or the link; both are remembered, and neither is suggested
/// again.
[[nodiscard]] Did decide(Casework& casework, std::string_view kind, const std::string& from,
                         const std::string& to, bool is_yes);

/// `report:12`: 12; nothing for anything else.
std::optional<std::int64_t> report_of(std::string_view subject);
/// `incident:I-20`: I-20; empty for anything else.
std::string incident_of(std::string_view subject);

}  // namespace sandyk::desk
