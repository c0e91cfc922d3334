#include "intake/source_buckets.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/un.h>

#include <algorithm>
#include <string>

namespace sandyk::intake {
namespace {

using std::chrono::hours, std::chrono::milliseconds, std::chrono::seconds;
using Bucket = std::optional<SourceBuckets::Bucket>;

sockaddr_storage address_of(const std::string& text) {
  sockaddr_storage address{};
  if (text.find(':') == std::string::npos) {
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
    ipv4.sin_family = AF_INET;
    EXPECT_EQ(::inet_pton(AF_INET, text.c_str(), &ipv4.sin_addr), 1);
  } else {
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address);
    ipv6.sin6_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &ipv6.sin6_addr), 1);
  }
  return address;
}

class Sources : public ::testing::Test {
 protected:
  Bucket bucket_of(const std::string& text) const {
    auto address = address_of(text);
    return buckets_.take_address(address);
  }
  /// Different buckets; one address in 65 536 shares that of another, so some pairs are asked.
  bool differ(const std::string& a, const std::string& b) const {
    for (int i = 1; i <= 3; ++i)
      if (bucket_of(std::to_string(i) + a) != bucket_of(std::to_string(i) + b)) return true;
    return false;
  }

  Limits limits_ = [] {
    Limits limits;
    limits.per_source = 2;
    limits.per_source_handshakes = 3;
    return limits;
  }();
  const TimePoint now_ = Clock::now();
  SourceBuckets buckets_{limits_, now_};
};

TEST_F(Sources, AreAddressesOfIPv4AndNetworksOfIPv6) {
  EXPECT_TRUE(bucket_of("192.0.2.1"));
  EXPECT_EQ(bucket_of("192.0.2.1"), bucket_of("192.0.2.1"));
  EXPECT_EQ(bucket_of("192.0.2.1"), bucket_of("::ffff:192.0.2.1"));
  EXPECT_TRUE(differ("0.0.2.1", "0.0.2.2"));
  EXPECT_EQ(bucket_of("2001:db8:1:200::1"), bucket_of("2001:db8:1:2ff:1234::1"));
  EXPECT_TRUE(differ("001:db8:1:200::1", "001:db8:1:300::1"));
}

TEST_F(Sources, LeaveNothingOfTheAddress) {
  for (const char* text : {"192.0.2.1", "2001:db8:1:200::1", "127.0.0.1"}) {
    auto address = address_of(text);
    buckets_.take_address(address);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&address);
    EXPECT_TRUE(std::all_of(bytes, bytes + sizeof address, [](std::uint8_t byte) { return byte == 0; }))
        << text;
  }
}

TEST_F(Sources, AreNeitherLoopbackNorUnixSockets) {
  for (const char* text : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
    EXPECT_FALSE(bucket_of(text)) << text;
  sockaddr_storage unix_socket{};
  unix_socket.ss_family = AF_UNIX;
  EXPECT_FALSE(buckets_.take_address(unix_socket));
  EXPECT_FALSE(buckets_.is_full(std::nullopt));
  std::vector<SourceBuckets::Place> places;
  for (int i = 0; i < 10; ++i) places.push_back(buckets_.enter(std::nullopt));
  EXPECT_FALSE(places[0].is_over_cap());
}

TEST_F(Sources, AreLoopbackAddressesWhereTheLimitsSaySo) {
  limits_.counts_loopback = true;
  EXPECT_TRUE(bucket_of("127.0.0.1"));
  EXPECT_TRUE(bucket_of("::1"));
}

TEST_F(Sources, AreOverTheirCapFromOneMoreOn) {
  const auto bucket = bucket_of("192.0.2.1");
  std::vector<SourceBuckets::Place> places;
  places.push_back(buckets_.enter(bucket));
  EXPECT_FALSE(buckets_.is_full(bucket));
  places.push_back(buckets_.enter(bucket));
  EXPECT_TRUE(buckets_.is_full(bucket));
  EXPECT_FALSE(places[0].is_over_cap());
  places.push_back(buckets_.enter(bucket));
  EXPECT_TRUE(places[0].is_over_cap());
  places.pop_back();
  EXPECT_FALSE(places[0].is_over_cap());
}

TEST_F(Sources, HaveNoCapWhenItIsZero) {
  limits_.per_source = 0;
  const auto bucket = bucket_of("192.0.2.1");
  const auto place = buckets_.enter(bucket);
  EXPECT_FALSE(buckets_.is_full(bucket));
  EXPECT_FALSE(place.is_over_cap());
}

TEST_F(Sources, BeginSoManyHandshakesASecond) {
  const auto place = buckets_.enter(bucket_of("192.0.2.1"));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(buckets_.take_handshake(place));
  EXPECT_FALSE(buckets_.take_handshake(place));
  buckets_.tick(now_ + milliseconds(999));
  EXPECT_FALSE(buckets_.take_handshake(place));
  buckets_.tick(now_ + seconds(1));
  EXPECT_TRUE(buckets_.take_handshake(place));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(buckets_.take_handshake(SourceBuckets::Place()));
}

TEST_F(Sources, AreForgottenWithTheKeyAfterAnHour) {
  std::vector<Bucket> before, after;
  const auto all = [&](std::vector<Bucket>& out) {
    for (int i = 1; i <= 10; ++i) out.push_back(bucket_of("192.0.2." + std::to_string(i)));
  };
  all(before);
  std::optional<SourceBuckets::Place> a(buckets_.enter(before[0])), b(buckets_.enter(before[0])),
      c(buckets_.enter(before[0]));
  buckets_.tick(now_ + hours(1) - seconds(1));
  EXPECT_TRUE(a->is_over_cap());
  buckets_.tick(now_ + hours(1));
  EXPECT_FALSE(a->is_over_cap());
  EXPECT_FALSE(buckets_.is_full(before[0]));
  all(after);
  EXPECT_NE(before, after);

  const auto fresh = buckets_.enter(before[0]);
  a.reset();  // counted under the old key: it must take nothing from the new counters
  b.reset();
  c.reset();
  const auto second = buckets_.enter(before[0]);
  EXPECT_TRUE(buckets_.is_full(before[0]));
}

}  // namespace
}  // namespace sandyk::intake
