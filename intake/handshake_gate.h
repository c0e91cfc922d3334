// How many TLS handshakes begin in a second, of all and of each source: they are the dearest that a peer can
// ask for before it has said anything.
#pragma once

#include "intake/source_buckets.h"

namespace sandyk::intake {

/// A bucket of tokens that is full after a second without use. Used by the front thread alone.
class HandshakeGate {
 public:
  HandshakeGate(const Limits& limits, SourceBuckets& sources, TimePoint now);

  /// True when nobody may begin one now.
  bool is_shut(TimePoint now);
  /// Takes a token. A source over its own rate gets one only while more than half are left.
  bool enter(const SourceBuckets::Place& source, TimePoint now);

 private:
  void refill(TimePoint now);

  const Limits& limits_;
  SourceBuckets& sources_;
  double tokens_;
  TimePoint filled_;
};

}  // namespace sandyk::intake
