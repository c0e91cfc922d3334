#include "reporter/puzzle_answering.h"

#include <algorithm>
#include <thread>

#include "crypto/seal/json.h"
#include "crypto/seal/puzzle_solver.h"

namespace sandyk::reporter {
namespace {

constexpr std::size_t max_answer = 64 * 1024;
constexpr unsigned service_unavailable = 503;

}  // namespace

bool asks_for_work(const transport::Response& answer) {
  if (answer.status != service_unavailable) return false;
  const auto json = crypto::parse_json(answer.body, max_answer);
  return json && crypto::text_member(*json, "error") == "puzzle";
}

std::optional<std::string> solve_for(transport::Client& client, const transport::Address& node,
                                     const crypto::ReportId& report, const SolvingNotice& notice) {
  const auto answer = client.get(node, "/puzzle", max_answer);
  if (!answer || answer->status != 200) return std::nullopt;
  const auto puzzle = crypto::parse_puzzle(answer->body);
  if (!puzzle) return std::nullopt;
  if (puzzle->effort == 0) return std::string();
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  const auto nonce = crypto::solve_puzzle(puzzle->seed, report, puzzle->effort, threads, notice);
  notice(100);
  if (!nonce) return std::nullopt;
  return "Sandyk-Puzzle: " + crypto::write_puzzle_solution({puzzle->slot, puzzle->effort, *nonce});
}

}  // namespace sandyk::reporter
