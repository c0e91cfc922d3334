// The threads that answer complete requests. No peer can hold one: they see neither sockets nor half a
// request.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "crypto/seal/file.h"
#include "intake/exchange.h"

namespace sandyk::intake {

class Workers {
 public:
  using Answering = std::function<void(Exchange&)>;

  /// Starts `count` threads that call `answering`; at most `queue` exchanges wait. With none, submit() calls
  /// it: then all happens on one thread, the same each time (fuzz/front.cpp).
  Workers(std::size_t count, std::size_t queue, Answering answering);
  /// Lets the threads finish what they work on; what still waits is dropped.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False when the queue is full; the exchange is then still the caller's. One with a body always gets in:
  /// it has a share of the memory already, and was perhaps sent over a bad line. Those who have worked have a
  /// queue of their own of the same size, which goes first: what has cost nothing does not stand in their
  /// way.
  bool submit(std::unique_ptr<Exchange>& exchange);
  /// For those who have not worked.
  bool is_full() const;
  std::size_t waiting() const;
  /// How long the one that comes next among those who have not worked has waited. A queue that is short, on a
  /// machine that is slow, is felt in this alone.
  std::chrono::duration<double> longest_wait(TimePoint now) const;

  /// An eventfd that is readable when something is finished.
  int finished_fd() const { return finished_event_.get(); }
  std::vector<std::unique_ptr<Exchange>> take_finished();

 private:
  void work();
  void answer(Exchange& exchange) const;
  void finish(std::unique_ptr<Exchange> exchange);  // with the mutex held

  const std::size_t queue_;
  const Answering answering_;
  crypto::Fd finished_event_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Exchange>> waiting_, worked_;
  std::vector<std::unique_ptr<Exchange>> finished_;
  bool is_stopping_ = false;
  std::vector<std::jthread> threads_;  // last: they end before the rest goes
};

}  // namespace sandyk::intake
