#include "crypto/seal/crew.h"

#include <cstdlib>
#include <system_error>
#include <utility>

namespace sandyk::crypto {

Crew::Crew(std::size_t helpers) {
  helpers_.reserve(helpers);
  for (std::size_t hand = 1; hand <= helpers; ++hand) {
    try {
      helpers_.emplace_back(&Crew::help, this, hand);
    } catch (const std::system_error&) {
      return;  // a limit on threads: slower, not wrong
    }
  }
}

Crew::~Crew() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  begun_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void Crew::do_next(std::unique_lock<std::mutex>& lock, std::size_t hand) {
  const std::size_t piece = next_++;
  lock.unlock();
  work_(piece, hand);
  lock.lock();
  if (++finished_ == pieces_) done_.notify_all();
}

void Crew::help(std::size_t hand) {
  std::unique_lock lock(mutex_);
  while (true) {
    begun_.wait(lock, [this] { return is_over_ || next_ < pieces_; });
    if (is_over_) return;
    do_next(lock, hand);
  }
}

void Crew::start(std::size_t pieces, Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (finished_ != pieces_) std::abort();  // our mistake
    work_ = std::move(work);
    pieces_ = pieces;
    next_ = finished_ = 0;
  }
  begun_.notify_all();
}

void Crew::finish() {
  std::unique_lock lock(mutex_);
  while (next_ < pieces_) do_next(lock, 0);
  done_.wait(lock, [this] { return finished_ == pieces_; });
}

}  // namespace sandyk::crypto
