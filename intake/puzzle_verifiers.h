// The threads that pay the costly half of verifying a puzzle's solution, so that the front does not.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "crypto/seal/file.h"
#include "crypto/seal/puzzle.h"

namespace sandyk::intake {

/// A solution whose cheap half holds.
struct PuzzleCheck {
  std::uint64_t connection;  ///< whom it is for
  crypto::PuzzleSeed seed;
  crypto::ReportId report;
  crypto::PuzzleSolution solution;
  std::uint32_t rank;  ///< the highest goes first
  std::uint64_t mark;  ///< by which SeenSolutions knows it
  enum class Verdict { open, right, wrong, pushed_out } verdict = Verdict::open;
};

class PuzzleVerifiers {
 public:
  PuzzleVerifiers(std::size_t threads, std::size_t queue);
  /// What still waits is dropped.
  ~PuzzleVerifiers();
  PuzzleVerifiers(const PuzzleVerifiers&) = delete;
  PuzzleVerifiers& operator=(const PuzzleVerifiers&) = delete;

  /// False when the queue is full of such as rank as high. One that ranks lower makes room, and is finished
  /// as pushed out.
  bool submit(PuzzleCheck check);
  /// How full the queue is, from 0 to 1.
  double fullness() const;

  /// An eventfd that is readable when something is finished.
  int finished_fd() const { return finished_event_.get(); }
  std::vector<PuzzleCheck> take_finished();

 private:
  void work();
  void finish(PuzzleCheck check);  // with the mutex held

  const std::size_t queue_;
  crypto::Fd finished_event_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::uint32_t, PuzzleCheck, std::greater<>> waiting_;  ///< those of one rank in their order
  std::vector<PuzzleCheck> finished_;
  bool is_stopping_ = false;
  std::vector<std::jthread> threads_;  // last: they end before the rest goes
};

}  // namespace sandyk::intake
