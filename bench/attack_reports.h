// Reports as a flooder makes them: of the right shape, and nobody can open them; with and without the work
// that the server asks for, and with bogus work.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "crypto/seal/ids.h"
#include "crypto/seal/puzzle.h"
#include "transport/client.h"

namespace sandyk::bench {

/// Makes any number of different reports out of one: to who cannot open it, its last bytes are as good as
/// any.
class ReportForge {
 public:
  ReportForge(crypto::Bytes sealed, std::string week) : sealed_(std::move(sealed)), week_(std::move(week)) {}

  struct Forged {
    crypto::ReportId id;
    crypto::Bytes bytes;
  };
  Forged next() const;
  /// The whole request; `solution` may be empty. Without the body it is only announced.
  std::string request(const Forged& report, const std::string& solution, bool with_body) const;

 private:
  const crypto::Bytes sealed_;
  const std::string week_;
};

enum class Work { right, bogus };

/// Follows the server's puzzle in one thread, and makes requests with a solution in another, on one
/// processor: right ones, or such as hold in the cheap half only.
class PuzzleWorks {
 public:
  PuzzleWorks(const ReportForge& forge, transport::Settings settings, transport::Address server, Work work);
  ~PuzzleWorks();
  PuzzleWorks(const PuzzleWorks&) = delete;
  PuzzleWorks& operator=(const PuzzleWorks&) = delete;

  std::optional<crypto::Puzzle> puzzle() const;
  /// The next request that is ready. A right one goes once, a bogus one again and again.
  std::optional<std::string> take();
  /// Waits until so many are ready.
  void prepare(std::size_t count);

 private:
  void follow(transport::Settings settings, const transport::Address& server);
  void make();
  std::optional<std::string> make_one(const crypto::Puzzle& puzzle) const;

  const ReportForge& forge_;
  const Work work_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<crypto::Puzzle> puzzle_;
  std::deque<std::string> ready_;
  std::size_t next_ = 0;
  bool is_stopping_ = false;
  std::vector<std::jthread> threads_;  // last: they end before the rest goes
};

}  // namespace sandyk::bench
