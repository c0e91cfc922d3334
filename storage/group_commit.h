// The one thread that writes: it takes whatever waits, commits it together, and wakes those who waited.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <tl/expected.hpp>
#include <vector>

#include "storage/epoch.h"
#include "storage/vault.h"

namespace sandyk::storage {

/// A transaction holds at most this many reports, or this many bytes if there is more than one: beyond that,
/// waiting longer gains nothing.
inline constexpr std::size_t max_batch = 64;
inline constexpr std::uint64_t max_batch_bytes = 4 * 1024 * 1024;

/// A report on its way, and what became of it. Not set: it was not stored.
struct Put {
  Entry entry;
  std::optional<tl::expected<void, PutFault>> outcome;
};

class GroupCommit {
 public:
  using Clock = std::chrono::steady_clock;
  /// Stores a batch and sets every outcome. Called on the writer's thread only, as is `Tidy`, which comes
  /// after the waiting callers were woken, after a task, and when the time has come that it returned last.
  using Commit = std::function<void(std::span<Put* const>)>;
  using Tidy = std::function<Clock::time_point()>;

  GroupCommit(Commit commit, Tidy tidy);
  /// Stores what still waits, then ends the thread.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  /// Waits until the batch that holds this report is committed. Thread-safe.
  [[nodiscard]] tl::expected<void, PutFault> put(const Entry& entry);

  /// Runs `task` on the writer's thread between two transactions, and waits for its end. Thread-safe. An
  /// exception from it comes out here.
  void run(const std::function<void()>& task);

 private:
  struct Waiting;
  struct Task;
  void work();
  void commit_batch(std::unique_lock<std::mutex>& lock);
  void run_task(std::unique_lock<std::mutex>& lock);
  void tidy(std::unique_lock<std::mutex>& lock);
  std::vector<Waiting*> take_batch();

  const Commit commit_;
  const Tidy tidy_;
  std::mutex mutex_;  // guards what follows, and every Waiting and Task in the queues
  std::condition_variable wake_;
  std::deque<Waiting*> reports_;
  std::deque<Task*> tasks_;
  bool stopping_ = false;
  Clock::time_point tidy_at_ = {};  // the writer's own; long past: at once
  std::thread thread_;
};

}  // namespace sandyk::storage
