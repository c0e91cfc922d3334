// What takes long and no reporter waits for: one thread, one job after the other, in the order they were
// given.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace sandyk::storage {

class Chores {
 public:
  using Job = std::function<void()>;

  Chores();
  /// As `stop` with no time at all, unless it was called.
  ~Chores();
  Chores(const Chores&) = delete;
  Chores& operator=(const Chores&) = delete;

  /// An exception from a job ends that job only. Thread-safe.
  void add(Job job);

  /// Waits until nothing is queued or under way. Thread-safe, but not for a job.
  void wait();

  /// True once `stop` was called and its time is over: a job that can be cut short then is. Thread-safe.
  bool is_late() const;

  /// Runs what is queued, of which everything that may be cut short is when `time` is over, and ends the
  /// thread.
  void stop(std::chrono::milliseconds time);

 private:
  using Clock = std::chrono::steady_clock;
  void work();

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool is_busy_ = false;
  std::optional<Clock::time_point> late_at_;  // set: stop when nothing is left
  std::thread thread_;
};

}  // namespace sandyk::storage
