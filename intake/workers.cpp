#include "intake/workers.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <stdexcept>

namespace sandyk::intake {

Workers::Workers(std::size_t count, std::size_t queue, Answering answering)
    : queue_(queue),
      answering_(std::move(answering)),
      finished_event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!finished_event_.is_open()) throw std::runtime_error("the system gives no eventfd");
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
}

bool Workers::submit(std::unique_ptr<Exchange>& exchange) {
  if (threads_.empty()) {
    answer(*exchange);
    const std::lock_guard lock(mutex_);
    finish(std::move(exchange));
    return true;
  }
  {
    const std::lock_guard lock(mutex_);
    auto& line = exchange->has_worked ? worked_ : waiting_;
    if (line.size() >= queue_ && !exchange->body) return false;  // a body has its place, by its memory
    exchange->submitted = Clock::now();
    line.push_back(std::move(exchange));
  }
  changed_.notify_one();
  return true;
}

bool Workers::is_full() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size() >= queue_;
}

std::size_t Workers::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size() + worked_.size();
}

std::chrono::duration<double> Workers::longest_wait(TimePoint now) const {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return {};
  return std::max(now - waiting_.front()->submitted, TimePoint::duration::zero());
}

std::vector<std::unique_ptr<Exchange>> Workers::take_finished() {
  eventfd_t count = 0;
  ::eventfd_read(finished_event_.get(), &count);
  const std::lock_guard lock(mutex_);
  return std::move(finished_);
}

void Workers::answer(Exchange& exchange) const {
  try {
    answering_(exchange);
  } catch (const std::exception&) {  // out of memory: this request ends without an answer
    exchange.answer.clear();
    exchange.close = true;
  }
}

void Workers::finish(std::unique_ptr<Exchange> exchange) {
  finished_.push_back(std::move(exchange));
  ::eventfd_write(finished_event_.get(), 1);
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty() || !worked_.empty(); });
    if (is_stopping_) return;
    auto& line = worked_.empty() ? waiting_ : worked_;
    auto exchange = std::move(line.front());
    line.pop_front();
    lock.unlock();
    answer(*exchange);
    lock.lock();
    finish(std::move(exchange));
  }
}

}  // namespace sandyk::intake
