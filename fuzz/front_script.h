// What the peers of fuzz/front.cpp do, and what must hold of each line.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/memory_network.h"
#include "intake/limits.h"

namespace sandyk::fuzzing {

/// An answer as a peer got it.
struct GotAnswer {
  int status;
  bool is_closing;
};

/// One connection from its peer's side.
class Line {
 public:
  Line(MemoryNetwork& network, std::uint32_t address) : network_(&network), peer_(&network.connect(address)) {
    peer_->window = std::size_t{1} << 20;
  }

  bool is_open() const { return !peer_->is_closed; }
  bool went_on() const { return went_on_; }
  Peer& peer() { return *peer_; }

  void send(std::string_view bytes) {
    if (peer_->has_ended || peer_->is_reset || peer_->sent.size() > 4 * crypto::mib) return;
    peer_->sent += bytes;
    network_->changed(*peer_);
  }
  void end() { peer_->has_ended = true, network_->changed(*peer_); }
  void reset() { peer_->is_reset = true, network_->changed(*peer_); }
  void take(std::size_t window) { peer_->window = window, network_->changed(*peer_); }

  /// Reads what came; aborts when it is not a row of whole answers and the start of one.
  void read();
  /// Aborts when it should have been closed by now.
  void check_deadline(const intake::Limits& limits) const;
  /// At the end: aborts when an answer has no request, or says what is not so.
  void check_answers() const;

 private:
  MemoryNetwork* network_;
  Peer* peer_;
  std::size_t read_ = 0;
  bool went_on_ = false;  ///< was told to send the body
  std::vector<GotAnswer> answers_;
};

/// The longest that a line may stay between two answers.
std::chrono::milliseconds longest(const intake::Limits& limits);
inline constexpr std::chrono::milliseconds most_held{2'600};

}  // namespace sandyk::fuzzing
