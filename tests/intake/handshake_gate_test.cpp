#include "intake/handshake_gate.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace sandyk::intake {
namespace {

using std::chrono::milliseconds, std::chrono::seconds;

class Gate : public ::testing::Test {
 protected:
  int entered(int tries, const SourceBuckets::Place& source, TimePoint now) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += gate_.enter(source, now);
    return count;
  }
  SourceBuckets::Place source(const char* text) {
    sockaddr_storage address{};
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
    ipv4.sin_family = AF_INET;
    ::inet_pton(AF_INET, text, &ipv4.sin_addr);
    return sources_.enter(sources_.take_address(address));
  }

  Limits limits_ = [] {
    Limits limits;
    limits.handshake_rate = 10;
    limits.per_source_handshakes = 2;
    return limits;
  }();
  const TimePoint now_ = Clock::now();
  SourceBuckets sources_{limits_, now_};
  HandshakeGate gate_{limits_, sources_, now_};
  const SourceBuckets::Place nobody_;
};

TEST_F(Gate, LetsInNoMoreThanItsRate) {
  EXPECT_EQ(entered(20, nobody_, now_), 10);
  EXPECT_TRUE(gate_.is_shut(now_));
  EXPECT_EQ(entered(20, nobody_, now_ + milliseconds(250)), 2);
  EXPECT_EQ(entered(100, nobody_, now_ + seconds(60)), 10);  // a quiet minute is saved up for no flood
}

TEST_F(Gate, LetsInEverybodyWhenItHasNoRate) {
  limits_.handshake_rate = 0;
  EXPECT_EQ(entered(1000, nobody_, now_), 1000);
  EXPECT_FALSE(gate_.is_shut(now_));
}

TEST_F(Gate, HoldsASourceToItsRateOnlyOnceHalfIsTaken) {
  const auto greedy = source("192.0.2.1");
  EXPECT_EQ(entered(20, greedy, now_), 5);
  EXPECT_FALSE(gate_.is_shut(now_));
  EXPECT_EQ(entered(20, nobody_, now_), 5);
}

TEST_F(Gate, LetsInAnotherSourceWhereOneIsHeldBack) {
  const auto greedy = source("192.0.2.1"), modest = source("192.0.2.2");
  entered(20, greedy, now_);
  EXPECT_EQ(entered(20, modest, now_), 2);
  EXPECT_EQ(entered(20, greedy, now_), 0);
}

}  // namespace
}  // namespace sandyk::intake
