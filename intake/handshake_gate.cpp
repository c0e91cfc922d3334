#include "intake/handshake_gate.h"

#include <algorithm>

namespace sandyk::intake {

HandshakeGate::HandshakeGate(const Limits& limits, SourceBuckets& sources, TimePoint now)
    : limits_(limits), sources_(sources), tokens_(limits.handshake_rate), filled_(now) {}

void HandshakeGate::refill(TimePoint now) {
  const double rate = limits_.handshake_rate;
  const std::chrono::duration<double> passed = std::max(now - filled_, TimePoint::duration::zero());
  tokens_ = std::min(rate, tokens_ + rate * passed.count());
  filled_ = now;
}

bool HandshakeGate::is_shut(TimePoint now) {
  if (limits_.handshake_rate == 0) return false;
  refill(now);
  return tokens_ < 1;
}

bool HandshakeGate::enter(const SourceBuckets::Place& source, TimePoint now) {
  if (limits_.handshake_rate == 0) return true;
  if (is_shut(now)) return false;
  const bool are_scarce = tokens_ * 2 <= limits_.handshake_rate;
  if (!sources_.take_handshake(source) && are_scarce) return false;
  tokens_ -= 1;
  return true;
}

}  // namespace sandyk::intake
