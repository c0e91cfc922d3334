// How much each source holds and asks for, without knowing who it is: an address becomes one of 65 536 small
// counters, by a hash under a key that is in memory alone and new each hour.
#pragma once

#include <sodium.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/seal/secret.h"
#include "intake/limits.h"

namespace sandyk::intake {

/// The caps are soft: over Tor, behind an office and behind a carrier's NAT everybody has one address. Used
/// by the front thread alone; outlives every place.
class SourceBuckets {
 public:
  using Bucket = std::uint16_t;

  SourceBuckets(const Limits& limits, TimePoint now);
  SourceBuckets(const SourceBuckets&) = delete;
  SourceBuckets& operator=(const SourceBuckets&) = delete;

  /// The bucket of an IPv4 address, or of an IPv6 one's first 56 bits, which is what one customer gets;
  /// nothing for what is no network address, and for loopback unless the limits count it. Wipes `peer`.
  std::optional<Bucket> take_address(sockaddr_storage& peer) const;

  /// One connection's place in its bucket, given back when it goes.
  class Place {
   public:
    Place() = default;  ///< of a source that is not counted
    Place(Place&& other) noexcept
        : buckets_(std::exchange(other.buckets_, nullptr)), bucket_(other.bucket_), hour_(other.hour_) {}
    Place& operator=(Place&&) = delete;
    ~Place();
    /// True when its source holds more connections than the cap.
    bool is_over_cap() const;

   private:
    friend class SourceBuckets;
    Place(SourceBuckets* buckets, Bucket bucket, unsigned hour)
        : buckets_(buckets), bucket_(bucket), hour_(hour) {}
    bool counts() const { return buckets_ && hour_ == buckets_->hour_; }

    SourceBuckets* buckets_ = nullptr;
    Bucket bucket_ = 0;
    unsigned hour_ = 0;
  };

  /// True when one more connection of this source would be over the cap.
  bool is_full(std::optional<Bucket> bucket) const;
  Place enter(std::optional<Bucket> bucket);
  /// Counts a handshake. False when the source has begun more of them within a second than its rate allows.
  bool take_handshake(const Place& place);

  /// To be called at least once a second. Each second the handshakes of before are let go, so that nothing is
  /// left of a source whose connections are closed. Each hour there is a new key: what was counted is
  /// forgotten, and places of before count no more.
  void tick(TimePoint now);

 private:
  struct KeyTag;
  using Key = crypto::Secret<KeyTag, crypto_shorthash_KEYBYTES>;
  struct Counter {
    std::uint16_t connections = 0;
    std::uint16_t handshakes = 0;  ///< begun within this second
  };

  const Limits& limits_;
  std::unique_ptr<Key> key_;
  TimePoint hour_began_, second_began_;
  unsigned hour_ = 0;
  std::vector<Counter> counters_;
  bool has_handshakes_ = false;  ///< any of them, so that the counters are not gone through for nothing
};

}  // namespace sandyk::intake
