#include "intake/puzzle_verifiers.h"

#include <sys/eventfd.h>

#include <iterator>
#include <new>
#include <stdexcept>

namespace sandyk::intake {

PuzzleVerifiers::PuzzleVerifiers(std::size_t threads, std::size_t queue)
    : queue_(queue), finished_event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!finished_event_.is_open()) throw std::runtime_error("the system gives no eventfd");
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

PuzzleVerifiers::~PuzzleVerifiers() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
}

bool PuzzleVerifiers::submit(PuzzleCheck check) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= queue_) {
      if (waiting_.empty()) return false;
      const auto lowest = std::prev(waiting_.end());
      if (lowest->first >= check.rank) return false;
      lowest->second.verdict = PuzzleCheck::Verdict::pushed_out;
      finish(lowest->second);
      waiting_.erase(lowest);
    }
    waiting_.emplace(check.rank, check);
  }
  changed_.notify_one();
  return true;
}

double PuzzleVerifiers::fullness() const {
  const std::lock_guard lock(mutex_);
  return queue_ == 0 ? 1.0 : static_cast<double>(waiting_.size()) / static_cast<double>(queue_);
}

std::vector<PuzzleCheck> PuzzleVerifiers::take_finished() {
  eventfd_t count = 0;
  ::eventfd_read(finished_event_.get(), &count);
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void PuzzleVerifiers::finish(PuzzleCheck check) {
  finished_.push_back(check);
  ::eventfd_write(finished_event_.get(), 1);
}

void PuzzleVerifiers::work() {
  using Verdict = PuzzleCheck::Verdict;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
    if (is_stopping_) return;
    PuzzleCheck check = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    lock.unlock();
    try {
      const auto value = crypto::costly_value(check.seed, check.report, check.solution.nonce);
      check.verdict = crypto::meets_effort(value, check.solution.effort) ? Verdict::right : Verdict::wrong;
    } catch (const std::bad_alloc&) {
      check.verdict = Verdict::pushed_out;  // no memory for it now: nothing was found out about the solution
    }
    lock.lock();
    finish(check);
  }
}

}  // namespace sandyk::intake
