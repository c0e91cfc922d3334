// Notes of staff on a report, an incident, an entity or a case. They never travel: no dossier, no saved
// lines.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "desk/casework/casework.h"

namespace sandyk::desk {

inline constexpr std::size_t max_note_chars = 4000;

struct Note {
  std::int64_t n = 0;
  std::string on, text, day, by;  ///< `report:12`, `incident:I-20`, `entity:E-A`, `case:CASE-1`; a role
};

/// The oldest first.
[[nodiscard]] tl::expected<std::vector<Note>, Problem> notes_on(Casework& casework,
                                                                const std::string& subject);
[[nodiscard]] tl::expected<std::optional<Note>, Problem> note_of(Casework& casework, std::int64_t n);
[[nodiscard]] tl::expected<Note, Problem> add_note(Casework& casework, const std::string& subject,
                                                   const std::string& text);
[[nodiscard]] Did remove_note(Casework& casework, std::int64_t n);
[[nodiscard]] Did remove_notes_on(Casework& casework, const std::string& subject);

}  // namespace sandyk::desk
