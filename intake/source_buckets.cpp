#include "intake/source_buckets.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

namespace sandyk::intake {
namespace {

constexpr std::size_t bucket_count = std::size_t{1} << 16;
constexpr std::chrono::hours key_time{1};
constexpr std::uint16_t most = std::numeric_limits<std::uint16_t>::max();

/// What of an address names a customer, behind one byte for its family.
struct Prefix {
  std::uint8_t bytes[8] = {};
  std::size_t size = 0;
  bool is_loopback = false;
};

Prefix prefix_of_ipv4(const std::uint8_t* address) {
  Prefix prefix;
  prefix.bytes[0] = 4;
  std::copy_n(address, 4, prefix.bytes + 1);
  prefix.size = 1 + 4;
  prefix.is_loopback = address[0] == 127;
  return prefix;
}

Prefix prefix_of(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    const auto& own = reinterpret_cast<const sockaddr_in&>(peer);
    return prefix_of_ipv4(reinterpret_cast<const std::uint8_t*>(&own.sin_addr));
  }
  if (peer.ss_family != AF_INET6) return {};
  const auto& own = reinterpret_cast<const sockaddr_in6&>(peer);
  const std::uint8_t* const address = own.sin6_addr.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&own.sin6_addr)) return prefix_of_ipv4(address + 12);
  Prefix prefix;
  prefix.bytes[0] = 6;
  std::copy_n(address, 7, prefix.bytes + 1);
  prefix.size = 1 + 7;
  prefix.is_loopback = IN6_IS_ADDR_LOOPBACK(&own.sin6_addr) != 0;
  return prefix;
}

}  // namespace

SourceBuckets::SourceBuckets(const Limits& limits, TimePoint now)
    : limits_(limits),
      key_(std::make_unique<Key>(Key::random())),
      hour_began_(now),
      second_began_(now),
      counters_(bucket_count) {}

std::optional<SourceBuckets::Bucket> SourceBuckets::take_address(sockaddr_storage& peer) const {
  Prefix prefix = prefix_of(peer);
  sodium_memzero(&peer, sizeof peer);
  std::optional<Bucket> bucket;
  if (prefix.size != 0 && (!prefix.is_loopback || limits_.counts_loopback)) {
    std::uint8_t hash[crypto_shorthash_BYTES];
    crypto_shorthash(hash, prefix.bytes, prefix.size, key_->expose().data());
    bucket = static_cast<Bucket>(hash[0] << 8 | hash[1]);
    sodium_memzero(hash, sizeof hash);
  }
  sodium_memzero(&prefix, sizeof prefix);
  return bucket;
}

bool SourceBuckets::is_full(std::optional<Bucket> bucket) const {
  return bucket && limits_.per_source != 0 && counters_[*bucket].connections >= limits_.per_source;
}

SourceBuckets::Place SourceBuckets::enter(std::optional<Bucket> bucket) {
  if (!bucket || counters_[*bucket].connections == most) return {};
  ++counters_[*bucket].connections;
  return {this, *bucket, hour_};
}

SourceBuckets::Place::~Place() {
  if (counts()) --buckets_->counters_[bucket_].connections;
}

bool SourceBuckets::Place::is_over_cap() const {
  return counts() && buckets_->limits_.per_source != 0 &&
         buckets_->counters_[bucket_].connections > buckets_->limits_.per_source;
}

bool SourceBuckets::take_handshake(const Place& place) {
  if (!place.counts() || limits_.per_source_handshakes == 0) return true;
  std::uint16_t& begun = counters_[place.bucket_].handshakes;
  if (begun >= limits_.per_source_handshakes) return false;
  ++begun;
  has_handshakes_ = true;
  return true;
}

void SourceBuckets::tick(TimePoint now) {
  if (now - hour_began_ >= key_time) {
    key_ = std::make_unique<Key>(Key::random());
    hour_began_ = second_began_ = now;
    ++hour_;
    std::fill(counters_.begin(), counters_.end(), Counter());
  } else if (now - second_began_ >= std::chrono::seconds(1)) {
    second_began_ = now;
    if (!std::exchange(has_handshakes_, false)) return;
    for (Counter& counter : counters_) counter.handshakes = 0;
  }
}

}  // namespace sandyk::intake
