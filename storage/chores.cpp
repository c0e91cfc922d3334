#include "storage/chores.h"

#include <exception>

namespace sandyk::storage {

Chores::Chores() : thread_([this] { work(); }) {}

Chores::~Chores() {
  stop(std::chrono::milliseconds(0));
}

void Chores::add(Job job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  changed_.notify_all();
}

void Chores::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return jobs_.empty() && !is_busy_; });
}

bool Chores::is_late() const {
  const std::lock_guard lock(mutex_);
  return late_at_ && Clock::now() >= *late_at_;
}

void Chores::stop(std::chrono::milliseconds time) {
  {
    const std::lock_guard lock(mutex_);
    if (!late_at_) late_at_ = Clock::now() + time;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Chores::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return late_at_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    {
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      is_busy_ = true;
      lock.unlock();
      try {
        job();
      } catch (const std::exception&) {
        // What it left half-done, the next start puts in order, as after a crash.
      }
    }
    lock.lock();
    is_busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace sandyk::storage
