// The commands of sandyk-report that talk back: reading answers, adding to a thread, withdrawing, and cover.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reporter/commands.h"

namespace sandyk::reporter {

struct AnswersOptions {
  Route route;
  std::string root_key;
  std::string lang = "en";
};
/// Fetches every board, asks for the receipt code, and shows what they tell it. A wrong code, an answer that
/// has ended and one that never was look the same.
[[nodiscard]] Outcome answers(const AnswersOptions& options);

struct ReplyOptions {
  Route route;
  std::string root_key;
  std::filesystem::path report;  ///< may be empty for a withdrawal
  std::vector<std::string> files, only;
  bool withdraws = false;
};
/// The same, then seals and sends what is added, signed by the thread's key; it says which answers were read.
[[nodiscard]] Outcome reply(const ReplyOptions& options);

struct CoverOptions {
  Route route;
  std::string root_key;
};
/// Sends an empty report of the smallest class that the desk drops: to the server one like any other.
[[nodiscard]] Outcome cover(const CoverOptions& options);

}  // namespace sandyk::reporter
