// One request on its way through a worker, and its answer on the way back.
#pragma once

#include <optional>
#include <string>

#include "intake/body.h"
#include "storage/sealed_body.h"

namespace sandyk::intake {

struct Exchange {
  std::uint64_t connection = 0;             ///< whom to answer; a number that is never used twice
  std::string request;                      ///< canonical
  std::optional<Budget::Share> share;       ///< of the memory that `body` takes
  std::optional<storage::SealedBody> body;  ///< of a PUT
  TimePoint submitted;                      ///< to the workers
  bool has_worked = false;                  ///< its sender solved a puzzle
  std::string readable_from;                ///< the other node whose page may read the answer
  bool is_form = false;                     ///< so that a page answers
  bool close = false;                       ///< after this answer
  std::string answer;                       ///< written by the Router
};

}  // namespace sandyk::intake
