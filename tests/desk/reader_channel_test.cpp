// What the desk does with a reader that says nothing, or says it slowly.
#include "desk/reader_channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "crypto/seal/file.h"

namespace sandyk::desk {
namespace {

using namespace std::chrono_literals;

class ReaderChannelTest : public ::testing::Test {
 protected:
  ReaderChannelTest() {
    int pair[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    ours = crypto::Fd(pair[0]);
    theirs = crypto::Fd(pair[1]);
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  }
  static Deadline soon() { return std::chrono::steady_clock::now() + 50ms; }
  crypto::Fd ours, theirs;
};

TEST_F(ReaderChannelTest, CarriesMessagesOfAnySize) {
  for (const std::size_t size : {0U, 1U, 200'000U, 3'000'000U}) {
    const crypto::Bytes sent(size, 7);
    std::jthread other([&] { EXPECT_TRUE(send_message(theirs.get(), Say::report, sent)); });
    const auto got = receive_message(ours.get(), std::chrono::steady_clock::now() + 60s);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->say, Say::report);
    EXPECT_TRUE(std::ranges::equal(got->bytes, sent));
  }
}

TEST_F(ReaderChannelTest, WaitsNoLongerForOneThatSaysNothing) {
  EXPECT_FALSE(receive_message(ours.get(), soon()));
}

TEST_F(ReaderChannelTest, WaitsNoLongerForOneThatSaysItByteByByte) {
  std::jthread other([this](const std::stop_token& stop) {
    EXPECT_EQ(::write(theirs.get(), "R\xff\xff\0\0", 5), 5);
    while (!stop.stop_requested()) {
      EXPECT_EQ(::write(theirs.get(), "x", 1), 1);
      std::this_thread::sleep_for(1ms);
    }
  });
  EXPECT_FALSE(receive_message(ours.get(), soon()));
}

TEST_F(ReaderChannelTest, WaitsNoLongerForOneThatDoesNotListen) {
  EXPECT_FALSE(send_message(ours.get(), Say::unpack, crypto::Bytes(8'000'000), soon()));
}

TEST_F(ReaderChannelTest, KnowsWhenTheOtherIsGone) {
  theirs.close();
  EXPECT_FALSE(receive_message(ours.get(), std::chrono::steady_clock::now() + 60s));
}

TEST_F(ReaderChannelTest, RefusesWhatIsLargerThanAnyMessage) {
  ASSERT_EQ(::write(theirs.get(), "R\xff\xff\xff\x7f", 5), 5);
  EXPECT_FALSE(receive_message(ours.get(), std::chrono::steady_clock::now() + 60s));
}

TEST_F(ReaderChannelTest, HandsOverALine) {
  const crypto::Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(send_talk(ours.get(), file.get()));
  const auto got = receive_talk(theirs.get());
  ASSERT_TRUE(got);
  const crypto::Fd copy(*got);
  EXPECT_NE(copy.get(), file.get());
  ours.close();
  EXPECT_FALSE(receive_talk(theirs.get()));
}

}  // namespace
}  // namespace sandyk::desk
