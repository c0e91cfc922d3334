#include "crypto/seal/crew.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "tests/crypto/age/samples.h"
#include "tests/crypto/child.h"

namespace sandyk::crypto {
namespace {

TEST(Crew, DoesEveryPieceOnce) {
  for (const std::size_t helpers : {0U, 1U, 4U}) {
    Crew crew(helpers);
    EXPECT_EQ(crew.hands(), helpers + 1);
    for (const std::size_t pieces : {0U, 1U, 2U, 3U, 5U, 100U, 1000U}) {
      std::vector<std::atomic<int>> done(pieces);
      crew.start(pieces, [&](std::size_t piece, std::size_t) { ++done.at(piece); });
      crew.finish();
      for (const auto& times : done) ASSERT_EQ(times, 1) << helpers << ' ' << pieces;
    }
  }
}

TEST(Crew, EachHandIsOneThreadAndTheOwnerIsHandZero) {
  Crew crew(3);
  std::vector<std::set<std::thread::id>> threads(
      crew.hands());  // by hand: each is written by its thread alone
  for (int job = 0; job < 50; ++job) {
    crew.start(40,
               [&](std::size_t, std::size_t hand) { threads.at(hand).insert(std::this_thread::get_id()); });
    crew.finish();
  }
  threads[0].insert(std::this_thread::get_id());  // where the helpers left it nothing to do
  std::set<std::thread::id> all;
  for (const auto& of_hand : threads) {
    EXPECT_LE(of_hand.size(), 1U);
    for (const auto& id : of_hand) EXPECT_TRUE(all.insert(id).second) << "two hands are one thread";
  }
}

TEST(Crew, WorksWhileTheOwnerDoesSomethingElse) {
  Crew crew(1);
  std::latch is_done(1);
  crew.start(1, [&](std::size_t, std::size_t hand) {
    EXPECT_EQ(hand, 1U);
    is_done.count_down();
  });
  is_done.wait();  // for ever, if only finish() made it work
  crew.finish();
}

TEST(Crew, WorksSideBySide) {
  Crew crew(3);
  std::latch all_at_work(4);
  crew.start(4, [&](std::size_t, std::size_t) { all_at_work.arrive_and_wait(); });
  crew.finish();
}

TEST(Crew, DoesManyJobsOneAfterTheOther) {
  Crew crew(2);
  std::vector<std::size_t> doubled(7);
  for (std::size_t job = 0; job < 5000; ++job) {
    const std::size_t pieces = job % 8;
    crew.start(pieces, [&, job](std::size_t piece, std::size_t) { doubled[piece] = 2 * job + piece; });
    crew.finish();
    for (std::size_t piece = 0; piece < pieces; ++piece) ASSERT_EQ(doubled[piece], 2 * job + piece);
  }
}

TEST(Crew, WithoutHelpersTheOwnerDoesAllInFinish) {
  Crew crew(0);
  EXPECT_EQ(crew.hands(), 1U);
  std::vector<std::size_t> order;
  crew.start(5, [&](std::size_t piece, std::size_t hand) {
    EXPECT_EQ(hand, 0U);
    order.push_back(piece);
  });
  EXPECT_TRUE(order.empty());
  crew.finish();
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(Crew, FinishWithoutAJobDoesNothing) {
  Crew crew(1);
  std::atomic<int> done = 0;
  crew.finish();
  crew.start(3, [&](std::size_t, std::size_t) { ++done; });
  crew.finish();
  crew.finish();
  EXPECT_EQ(done, 3);
}

/// As a thread_local: counts the threads that have ended.
struct OneThread {
  explicit OneThread(std::atomic<int>& left) : left_(left) {}
  ~OneThread() { ++left_; }
  std::atomic<int>& left_;
};

TEST(Crew, WhoLeavesWithoutFinishingWaitsForWhatIsBegunAndForEveryHelper) {
  static std::atomic<int> ended;
  ended = 0;
  std::atomic<int> begun = 0, done = 0;
  std::latch at_work(3);
  {
    Crew crew(2);
    crew.start(1000, [&](std::size_t, std::size_t) {
      thread_local OneThread thread(ended);
      ++begun;
      if (begun <= 2) at_work.arrive_and_wait();
      ++done;
    });
    at_work.arrive_and_wait();  // both helpers are in the middle of a piece
  }
  EXPECT_EQ(begun, done);
  EXPECT_GE(done, 2);
  EXPECT_LE(done, 1000);
  EXPECT_EQ(ended, 2);
}

TEST(Crew, MayBeLeftBeforeAnythingIsBegun) {
  const Crew idle(3);
  Crew without_helpers(0);
  without_helpers.start(3, [](std::size_t, std::size_t) { FAIL() << "nobody was there to begin it"; });
}

TEST(CrewDeathTest, StartingBeforeTheLastJobIsFinishedEndsTheProcess) {
  EXPECT_DEATH(
      {
        Crew crew(0);
        crew.start(2, [](std::size_t, std::size_t) {});
        crew.start(1, [](std::size_t, std::size_t) {});
      },
      "");
}

/// In a child that gets no thread: 0 when crew and payload do all the same.
[[noreturn]] void work_without_threads() {
  const rlimit none{0, 0};
  if (!leave_root() || ::setrlimit(RLIMIT_NPROC, &none) != 0) ::_exit(1);
  Crew crew(4);
  if (crew.hands() != 1) ::_exit(2);
  int done = 0;
  crew.start(10, [&](std::size_t, std::size_t) { ++done; });
  crew.finish();

  const Bytes plain = pattern(3 * age::batch_chunks * age::chunk_size);
  const age::Effort effort{CipherLibrary::sodium, 5};
  const auto key = [] { return age::known<PayloadKey>(pattern(32)); };
  Bytes sealed, opened;
  age::PayloadSealer sealer(key(), age::into(sealed), effort);
  const bool is_sealed = sealer.write(plain) && sealer.finish();
  const bool is_opened = age::open_payload(source_of(sealed), key(), age::into(opened), effort).has_value();
  ::_exit(done == 10 && is_sealed && is_opened && opened == plain ? 0 : 3);
}

TEST(CrewDeathTest, WithoutThreadsToHaveTheOwnerDoesAll) {
  EXPECT_EXIT(work_without_threads(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace sandyk::crypto
