#include "storage/group_commit.h"

#include <exception>

namespace sandyk::storage {

// Both live on the stack of the thread that waits, and are not touched after `is_done` was seen there.
struct GroupCommit::Waiting {
  Put put;
  std::condition_variable done = {};
  bool is_done = false;
};

struct GroupCommit::Task {
  const std::function<void()>* work;
  std::exception_ptr thrown = {};
  std::condition_variable done = {};
  bool is_done = false;
};

GroupCommit::GroupCommit(Commit commit, Tidy tidy)
    : commit_(std::move(commit)), tidy_(std::move(tidy)), thread_([this] { work(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

tl::expected<void, PutFault> GroupCommit::put(const Entry& entry) {
  Waiting waiting{Put{entry, std::nullopt}};
  std::unique_lock lock(mutex_);
  reports_.push_back(&waiting);
  wake_.notify_one();
  waiting.done.wait(lock, [&] { return waiting.is_done; });
  return waiting.put.outcome.value_or(tl::expected<void, PutFault>(tl::unexpect, PutFault::failed));
}

void GroupCommit::run(const std::function<void()>& task) {
  Task waiting{&task};
  std::unique_lock lock(mutex_);
  tasks_.push_back(&waiting);
  wake_.notify_one();
  waiting.done.wait(lock, [&] { return waiting.is_done; });
  if (waiting.thrown) std::rethrow_exception(waiting.thrown);
}

void GroupCommit::work() {
  std::unique_lock lock(mutex_);
  const auto is_wanted = [this] { return stopping_ || !reports_.empty() || !tasks_.empty(); };
  while (true) {
    // Waiting until the end of time overflows in some libraries.
    if (tidy_at_ == Clock::time_point::max())
      wake_.wait(lock, is_wanted);
    else
      wake_.wait_until(lock, tidy_at_, is_wanted);
    if (!tasks_.empty()) {
      run_task(lock);
    } else if (!reports_.empty()) {
      commit_batch(lock);
    } else if (stopping_) {
      return;
    }
    tidy(lock);
  }
}

std::vector<GroupCommit::Waiting*> GroupCommit::take_batch() {
  std::vector<Waiting*> batch;
  std::uint64_t bytes = 0;
  while (!reports_.empty() && batch.size() < max_batch) {
    const std::uint64_t size = reports_.front()->put.entry.body->size();
    if (!batch.empty() && bytes + size > max_batch_bytes) break;
    bytes += size;
    batch.push_back(reports_.front());
    reports_.pop_front();
  }
  return batch;
}

void GroupCommit::commit_batch(std::unique_lock<std::mutex>& lock) {
  const auto batch = take_batch();
  lock.unlock();
  std::vector<Put*> puts;
  for (Waiting* waiting : batch) puts.push_back(&waiting->put);
  try {
    commit_(puts);
  } catch (const std::exception&) {
    // The transaction was undone while unwinding. An outcome that was not set means: not stored.
  }
  lock.lock();
  for (Waiting* waiting : batch) {
    waiting->is_done = true;
    waiting->done.notify_one();  // with the lock held: afterwards it may be gone
  }
}

void GroupCommit::tidy(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  auto at = Clock::time_point::max();
  try {
    at = tidy_();
  } catch (const std::exception&) {
    // Nothing waits for it; it is tried again after the next batch.
  }
  lock.lock();
  tidy_at_ = at;
}

void GroupCommit::run_task(std::unique_lock<std::mutex>& lock) {
  Task* const task = tasks_.front();
  tasks_.pop_front();
  lock.unlock();
  try {
    (*task->work)();
  } catch (...) {
    task->thrown = std::current_exception();
  }
  lock.lock();
  task->is_done = true;
  task->done.notify_one();
}

}  // namespace sandyk::storage
