// Boards of the days to come, from the answers in the case file.
#pragma once

#include <filesystem>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/answers.h"
#include "desk/conversation.h"
#include "desk/problem.h"
#include "desk/site_record.h"

namespace sandyk::desk {

inline constexpr std::chrono::days least_stay{14};  ///< an answer stays at least so long, confirmed or not

/// What a board of some day says, and what found no room on it.
struct Choice {
  std::vector<crypto::ThreadText> texts;  ///< they point into the conversations
  unsigned left_confirmed = 0;            ///< answers that had been read, for want of room
  unsigned left_old = 0;                  ///< answers of which that is not known, after their least stay
  unsigned left_waiting = 0;              ///< answers in their least stay: there are too few slots
};

/// The organisation's answers of the last `stay` days. Where there is no room the oldest confirmed ones go
/// first, then the oldest that have had their least stay, then the newest.
Choice choose_answers(const std::vector<Conversation>& conversations, std::string_view organisation,
                      crypto::Date day, unsigned slots, std::chrono::days stay);

struct BoardOrder {
  std::string organisation;  ///< it signs them, and its answers only are on them
  crypto::Date first;
  unsigned days;  ///< 1 to 62
  std::chrono::days stay;
  std::uint32_t after;  ///< the last number that the server is known to have, where the case file knows less
  std::filesystem::path out;
};

struct MadeBoards {
  std::vector<std::string> names;  ///< of the files in the out folder
  Choice fullest;                  ///< of the day that left most out; without texts
};

/// Makes and signs a board for each day, each sealed anew, and writes them into the out folder. The numbers
/// that they take are in the case file before the first is written, so none is ever used twice.
[[nodiscard]] tl::expected<MadeBoards, Problem> make_boards(const Home& home, CaseFile& file,
                                                            const BoardOrder& order, const SiteRecord& site,
                                                            const crypto::SigningKey& answer_key);

}  // namespace sandyk::desk
