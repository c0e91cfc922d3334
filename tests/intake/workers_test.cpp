#include "intake/workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <semaphore>

namespace sandyk::intake {
namespace {

using ::testing::ElementsAre;

std::unique_ptr<Exchange> exchange(std::uint64_t number, bool has_worked, bool has_body = false) {
  auto one = std::make_unique<Exchange>();
  one->connection = number;
  one->has_worked = has_worked;
  if (has_body) one->body.emplace(crypto::Bytes(1));
  return one;
}

/// One worker, which waits at its first exchange until it may go on, and what it has answered in which order.
class WorkersTest : public ::testing::Test {
 protected:
  WorkersTest() {
    EXPECT_TRUE(submit(exchange(0, false)));
    has_begun_.wait();
  }
  ~WorkersTest() override { may_go_on_.release(); }

  bool submit(std::unique_ptr<Exchange> one) { return workers_.submit(one); }

  std::vector<std::uint64_t> order(std::size_t count) {
    may_go_on_.release();
    std::vector<std::uint64_t> numbers;
    while (numbers.size() < count) {
      for (const auto& one : workers_.take_finished()) numbers.push_back(one->connection);
      std::this_thread::yield();
    }
    return numbers;
  }

  std::latch has_begun_{1};
  std::counting_semaphore<2> may_go_on_{0};
  Workers workers_{1, 2, [this](Exchange& one) {
                     if (one.connection != 0) return;
                     has_begun_.count_down();
                     may_go_on_.acquire();
                   }};
};

TEST_F(WorkersTest, AnswerThoseWhoHaveWorkedFirst) {
  EXPECT_TRUE(submit(exchange(1, false)));
  EXPECT_TRUE(submit(exchange(2, false)));
  EXPECT_TRUE(submit(exchange(3, true)));
  EXPECT_TRUE(submit(exchange(4, true)));
  EXPECT_THAT(order(5), ElementsAre(0, 3, 4, 1, 2));
}

TEST_F(WorkersTest, SayHowLongTheNextHasWaited) {
  EXPECT_EQ(workers_.longest_wait(Clock::now() + std::chrono::seconds(5)).count(), 0);
  EXPECT_TRUE(submit(exchange(1, true)));  // not this one: it has worked already
  EXPECT_EQ(workers_.longest_wait(Clock::now() + std::chrono::seconds(5)).count(), 0);
  EXPECT_TRUE(submit(exchange(2, false)));
  EXPECT_GE(workers_.longest_wait(Clock::now() + std::chrono::seconds(5)).count(), 5);
  EXPECT_THAT(order(3), ElementsAre(0, 1, 2));
}

TEST_F(WorkersTest, TakeNoMoreThanTheQueueHolds) {
  EXPECT_TRUE(submit(exchange(1, false)));
  EXPECT_FALSE(workers_.is_full());
  EXPECT_TRUE(submit(exchange(2, false)));
  EXPECT_TRUE(workers_.is_full());
  EXPECT_FALSE(submit(exchange(3, false)));
  EXPECT_EQ(workers_.waiting(), 2U);
}

TEST_F(WorkersTest, TakeABodyThatHasArrivedInAnyCase) {
  EXPECT_TRUE(submit(exchange(1, false)));
  EXPECT_TRUE(submit(exchange(2, false)));
  EXPECT_TRUE(submit(exchange(3, false, true)));
  EXPECT_THAT(order(4), ElementsAre(0, 1, 2, 3));
}

}  // namespace
}  // namespace sandyk::intake
