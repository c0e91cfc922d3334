// Threads that share out a job of equal, independent pieces with the thread that has the job.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sandyk::crypto {

/// A few helpers for one owner. The owner starts a job, may do something else meanwhile, and then takes part
/// until the job is done. Pieces run once each, in any order, on any hand.
class Crew {
 public:
  /// What to do with piece number `piece`; `hand` (0 is the owner) tells which thread does it. Must not
  /// throw.
  using Work = std::function<void(std::size_t piece, std::size_t hand)>;

  /// Fewer helpers, down to none, where the system gives no more threads.
  explicit Crew(std::size_t helpers);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  /// Leaves what is not begun.
  ~Crew();

  /// Helpers and owner.
  std::size_t hands() const { return helpers_.size() + 1; }

  /// Only when the job before is finished.
  void start(std::size_t pieces, Work work);
  void finish();

 private:
  void help(std::size_t hand);
  /// Does the next piece with the lock let go meanwhile.
  void do_next(std::unique_lock<std::mutex>& lock, std::size_t hand);

  std::mutex mutex_;
  std::condition_variable begun_, done_;
  Work work_;
  std::size_t pieces_ = 0, next_ = 0, finished_ = 0;
  bool is_over_ = false;
  std::vector<std::thread> helpers_;
};

}  // namespace sandyk::crypto
