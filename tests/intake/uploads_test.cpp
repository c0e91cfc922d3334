#include "intake/uploads.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "storage/layout.h"
#include "tests/intake/site.h"

namespace sandyk::intake {
namespace {

using Ending = Uploads::Ending;
using Fault = Uploads::Fault;
using Spool = storage::UploadSpool;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;

constexpr std::uint64_t block = Spool::block_size;
const crypto::ReportId report = crypto::report_id(crypto::bytes_of("a report"));
const crypto::Week week = *crypto::Week::parse("2026-W48");

/// Bytes that differ from place to place.
crypto::Bytes pattern(std::size_t size) {
  crypto::Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  return bytes;
}

crypto::Bytes read_all(const storage::SealedBody& body) {
  crypto::Bytes bytes(body.size());
  EXPECT_TRUE(body.read(0, bytes));
  return bytes;
}

class UploadsTest : public ::testing::Test {
 protected:
  explicit UploadsTest(std::size_t blocks = 8, std::size_t most = 10) : limits_(limits(blocks, most)) {}

  static Limits limits(std::size_t blocks, std::size_t most) {
    Limits limits;
    limits.upload_spool = blocks * block;
    limits.max_uploads = most;
    return limits;
  }

  crypto::UploadToken begin(std::uint64_t length) { return uploads_.create(report, week, length).value(); }

  /// Sends `whole` from `from` up to `to`.
  auto add(const crypto::UploadToken& token, const crypto::Bytes& whole, std::uint64_t from,
           std::uint64_t to) {
    const auto part = std::span(whole).subspan(from, to - from);
    const storage::SealedBody body(crypto::Bytes(part.begin(), part.end()));
    return uploads_.append(
        token, {from, &body, to == whole.size()},
        [this](const crypto::ReportId& id, crypto::Week of, const storage::SealedBody& all) {
          EXPECT_EQ(id, report);
          EXPECT_EQ(of, week);
          ++finished_;
          arrived_ = read_all(all);
          return ending_;
        });
  }
  std::uint64_t offset(const crypto::UploadToken& token) const { return uploads_.find(token).value().offset; }
  std::size_t free_blocks() { return uploads_.spool().free_blocks(); }
  crypto::Bytes file() const {
    return crypto::read_file(folder_.path() / "uploads", 64 * crypto::mib).value();
  }

  TempFolder folder_;
  Limits limits_;
  nanoseconds now_{hours(1)};
  Uploads uploads_{Spool::open(folder_.path(), limits_.upload_spool, 0).value(), limits_,
                   [this] { return now_; }};
  Ending ending_ = Ending::stored;
  int finished_ = 0;
  crypto::Bytes arrived_;
};

TEST_F(UploadsTest, PutsPartsOfAnySizeTogetherInTheirOrder) {
  const auto whole = pattern(3 * block + 12345);
  const auto token = begin(whole.size());
  std::uint64_t at = 0;
  for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{63}, std::uint64_t{100'000}, block,
                                   std::uint64_t{64}, block - 7, std::uint64_t{777}}) {
    const auto state = add(token, whole, at, at + size);
    ASSERT_TRUE(state);
    at += size;
    EXPECT_EQ(state->offset, at);
    EXPECT_FALSE(state->is_complete);
  }
  EXPECT_EQ(finished_, 0);
  const auto state = add(token, whole, at, whole.size());
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->is_complete);
  EXPECT_EQ(arrived_, whole);
  EXPECT_EQ(free_blocks(), 8U);
}

TEST_F(UploadsTest, TakesARepeatedPartOnceAndOfAnOverlapTheRest) {
  const auto whole = pattern(block);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 1000));
  EXPECT_EQ(add(token, whole, 0, 1000)->offset, 1000U);
  EXPECT_EQ(add(token, whole, 100, 900)->offset, 1000U);
  EXPECT_EQ(add(token, whole, 500, 1500)->offset, 1500U);
  ASSERT_TRUE(add(token, whole, 0, whole.size()));
  EXPECT_EQ(arrived_, whole);
}

TEST_F(UploadsTest, KeepsWhatWasTakenFirst) {
  const auto whole = pattern(block);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 1000));
  ASSERT_TRUE(add(token, crypto::Bytes(whole.size(), 0xFF), 0, 900));
  ASSERT_TRUE(add(token, whole, 1000, whole.size()));
  EXPECT_EQ(arrived_, whole);
}

TEST_F(UploadsTest, SaysWhereToGoOnAfterAGap) {
  const auto whole = pattern(block);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 1000));
  const auto refused = add(token, whole, 1001, 2000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::gap);
  EXPECT_EQ(refused.error().offset, 1000U);
  EXPECT_EQ(offset(token), 1000U);
}

TEST_F(UploadsTest, RefusesAPartThatEndsElsewhereThanItSays) {
  const auto whole = pattern(1000);
  const auto token = begin(900);
  const storage::SealedBody some(crypto::Bytes(whole.begin(), whole.begin() + 900));
  const auto finish = [](const auto&, auto, const auto&) { return Ending::stored; };
  for (const Uploads::Part& part :
       {Uploads::Part{0, &some, false}, Uploads::Part{1, &some, true}, Uploads::Part{1, &some, false},
        Uploads::Part{901, nullptr, false}, Uploads::Part{~std::uint64_t{0}, &some, true},
        Uploads::Part{0, nullptr, true}}) {
    const auto refused = uploads_.append(token, part, finish);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::wrong_end);
  }
  EXPECT_EQ(offset(token), 0U);
}

TEST_F(UploadsTest, AnswersTheLastPartAgainOnceItIsStored) {
  const auto whole = pattern(1000);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 1000));
  EXPECT_TRUE(add(token, whole, 500, 1000)->is_complete);
  EXPECT_EQ(finished_, 1);
  EXPECT_TRUE(uploads_.find(token)->is_complete);
}

TEST_F(UploadsTest, TriesToStoreAgainWithTheLastPartOrWithNone) {
  const auto whole = pattern(1000);
  const auto token = begin(whole.size());
  ending_ = Ending::postponed;
  EXPECT_FALSE(add(token, whole, 0, 1000)->is_complete);
  EXPECT_EQ(offset(token), 1000U);
  EXPECT_FALSE(add(token, whole, 900, 1000)->is_complete);
  ending_ = Ending::stored;
  EXPECT_TRUE(add(token, whole, 1000, 1000)->is_complete);
  EXPECT_EQ(finished_, 3);
  EXPECT_EQ(arrived_, whole);
}

TEST_F(UploadsTest, DropsWhatWasRefusedWhole) {
  const auto whole = pattern(1000);
  const auto token = begin(whole.size());
  ending_ = Ending::refused;
  ASSERT_TRUE(add(token, whole, 0, 1000));
  EXPECT_FALSE(uploads_.find(token));
  EXPECT_EQ(add(token, whole, 0, 1000).error().fault, Fault::unknown);
  EXPECT_EQ(free_blocks(), 8U);
}

TEST_F(UploadsTest, GivesItsBlocksBackWhenDropped) {
  const auto whole = pattern(3 * block);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 2 * block + 1));
  EXPECT_EQ(free_blocks(), 5U);
  EXPECT_TRUE(uploads_.drop(token));
  EXPECT_EQ(free_blocks(), 8U);
  EXPECT_FALSE(uploads_.drop(token));
}

TEST_F(UploadsTest, SweepsOneADayAfterItsLastPart) {
  const auto whole = pattern(1000);
  const auto token = begin(whole.size());
  now_ += hours(23);
  ASSERT_TRUE(add(token, whole, 0, 500));
  now_ += hours(24) - nanoseconds(1);
  uploads_.sweep();
  EXPECT_TRUE(uploads_.find(token));
  ASSERT_TRUE(add(token, whole, 0, 500));  // nothing new: it does not count
  now_ += nanoseconds(1);
  uploads_.sweep();
  EXPECT_FALSE(uploads_.find(token));
  EXPECT_EQ(free_blocks(), 8U);
}

TEST_F(UploadsTest, ForgetsAFinishedOneSooner) {
  const auto whole = pattern(1000);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 1000));
  now_ += minutes(14);
  uploads_.sweep();
  EXPECT_TRUE(uploads_.find(token));
  now_ += minutes(1);
  uploads_.sweep();
  EXPECT_FALSE(uploads_.find(token));
}

TEST_F(UploadsTest, MakesPlaceForANewOneByWhoHasWaitedLongestButForTheYoung) {
  const auto whole = pattern(1000);
  std::vector<crypto::UploadToken> tokens;
  for (int i = 0; i < 10; ++i, now_ += nanoseconds(1)) tokens.push_back(begin(whole.size()));
  EXPECT_FALSE(uploads_.create(report, week, 1000));
  now_ += limits_.upload_grace;
  ASSERT_TRUE(add(tokens[0], whole, 0, 500));
  ASSERT_TRUE(add(tokens[9], whole, 0, 1000));  // a finished one would go first, if it were not young
  begin(1000);
  EXPECT_TRUE(uploads_.find(tokens[0]));
  EXPECT_FALSE(uploads_.find(tokens[1]));
  EXPECT_TRUE(uploads_.find(tokens[2]));
  now_ += limits_.upload_grace;
  begin(1000);
  EXPECT_FALSE(uploads_.find(tokens[9]));
  EXPECT_TRUE(uploads_.find(tokens[2]));
}

TEST_F(UploadsTest, MakesRoomForAPartByWhoHasWaitedLongestButForTheYoung) {
  const auto whole = pattern(6 * block);
  const auto first = begin(whole.size()), second = begin(whole.size()), third = begin(whole.size());
  ASSERT_TRUE(add(first, whole, 0, 3 * block));
  now_ += nanoseconds(1);
  ASSERT_TRUE(add(second, whole, 0, 5 * block));
  const auto refused = add(third, whole, 0, block);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::no_room);
  EXPECT_EQ(offset(third), 0U);
  now_ += limits_.upload_grace;
  ASSERT_TRUE(add(third, whole, 0, block));
  EXPECT_FALSE(uploads_.find(first));
  EXPECT_EQ(offset(second), 5 * block);
}

TEST_F(UploadsTest, NeverMakesRoomByTheOneThatAsks) {
  const auto whole = pattern(9 * block);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 8 * block));
  now_ += hours(1);
  EXPECT_EQ(add(token, whole, 8 * block, 8 * block + 1).error().fault, Fault::no_room);
  EXPECT_EQ(offset(token), 8 * block);
}

TEST_F(UploadsTest, KeepsItsOffsetWhenTheDiskFails) {
  const auto whole = pattern(block);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 1000));
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit nothing{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &nothing), 0);
  const auto failed = add(token, whole, 1000, 2000);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().fault == Fault::failed || failed.error().fault == Fault::disk_full);
  EXPECT_EQ(offset(token), 1000U);
  ASSERT_TRUE(add(token, whole, 1000, whole.size()));
  EXPECT_EQ(arrived_, whole);
}

TEST_F(UploadsTest, WritesNothingThatIsNotEncryptedAndEachUnderAKeyOfItsOwn) {
  const std::string words = "a line that everybody would know, if it stood there";
  crypto::Bytes whole(block + 1);
  for (std::size_t i = 0; i < whole.size(); ++i)
    whole[i] = static_cast<std::uint8_t>(words[i % words.size()]);
  const auto before = file();
  ASSERT_TRUE(add(begin(whole.size()), whole, 0, block));
  const auto between = file();
  ASSERT_TRUE(add(begin(whole.size()), whole, 0, block));
  const auto after = file();
  EXPECT_EQ(crypto::text_of(after).find(words), std::string_view::npos);

  const auto changed = [](const crypto::Bytes& a, const crypto::Bytes& b) {
    std::vector<crypto::ByteView> blocks;
    for (std::size_t at = 0; at < a.size(); at += block)
      if (!std::equal(a.begin() + static_cast<std::ptrdiff_t>(at),
                      a.begin() + static_cast<std::ptrdiff_t>(at + block),
                      b.begin() + static_cast<std::ptrdiff_t>(at)))
        blocks.push_back(crypto::ByteView(b).subspan(at, block));
    return blocks;
  };
  const auto first = changed(before, between), second = changed(between, after);
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_FALSE(std::equal(first[0].begin(), first[0].end(), second[0].begin()));
}

TEST_F(UploadsTest, ShowsNoTimeFinerThanADay) {
  struct stat about {};
  const auto telling = [&] {
    EXPECT_EQ(::stat((folder_.path() / "uploads").c_str(), &about), 0);
    return about.st_mtim.tv_nsec != 0 || about.st_mtim.tv_sec % (24 * 60 * 60) != 0;
  };
  EXPECT_FALSE(telling());
  ASSERT_TRUE(add(begin(2000), pattern(1000), 0, 999));
  EXPECT_FALSE(telling());
  uploads_.spool().stir();
  EXPECT_FALSE(telling());
}

TEST_F(UploadsTest, StirsOnlyWhatIsFree) {
  const auto whole = pattern(7 * block + 1);
  const auto token = begin(whole.size());
  ASSERT_TRUE(add(token, whole, 0, 7 * block));
  const auto before = file();
  for (int i = 0; i < 5; ++i) uploads_.spool().stir();
  EXPECT_NE(before, file());
  ASSERT_TRUE(add(token, whole, 7 * block, whole.size()));
  EXPECT_EQ(arrived_, whole);
}

TEST_F(UploadsTest, TakesPartsOfOneUploadFromManyThreadsAtOnce) {
  const auto whole = pattern(4 * block + 99);
  const auto token = begin(whole.size());
  std::atomic<int> complete{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, step = 30'000U + static_cast<unsigned>(i) * 7'777] {
      for (std::uint64_t at = 0; at < whole.size();) {
        const auto to = std::min<std::uint64_t>(at + step, whole.size());
        const auto state = add(token, whole, at, to);
        ASSERT_TRUE(state);
        at = to;
        complete += state->is_complete && at == whole.size();
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(complete, 4);
  EXPECT_EQ(finished_, 1);
  EXPECT_EQ(arrived_, whole);
}

TEST_F(UploadsTest, KeepsManyApart) {
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      const auto whole = pattern(block + i * 1000);
      const auto token = begin(whole.size());
      for (std::uint64_t at = 0; at < whole.size(); at += 50'000) {
        const auto to = std::min<std::uint64_t>(at + 50'000, whole.size());
        const storage::SealedBody part(crypto::Bytes(whole.begin() + static_cast<std::ptrdiff_t>(at),
                                                     whole.begin() + static_cast<std::ptrdiff_t>(to)));
        ASSERT_TRUE(uploads_.append(token, {at, &part, to == whole.size()},
                                    [&](const auto&, auto, const storage::SealedBody& all) {
                                      right += read_all(all) == whole;
                                      return Ending::stored;
                                    }));
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 4);
}

TEST(UploadSpool, IsNoiseOfOneSizeFromTheStartAndStaysWhatItIs) {
  TempFolder folder;
  const auto path = folder.path() / "uploads";
  { ASSERT_TRUE(Spool::open(folder.path(), 2 * block + 5, 0)); }
  const auto made = crypto::read_file(path, crypto::mib).value();
  ASSERT_EQ(made.size(), 2 * block);
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t byte : made) ++counts[byte];
  for (const std::size_t count : counts) EXPECT_NEAR(static_cast<double>(count), 2048, 300);
  { ASSERT_TRUE(Spool::open(folder.path(), 2 * block, 0)); }
  EXPECT_EQ(crypto::read_file(path, crypto::mib).value(), made);
  { ASSERT_TRUE(Spool::open(folder.path(), 3 * block, 0)); }
  EXPECT_EQ(std::filesystem::file_size(path), 3 * block);
  Spool::remove(folder.path());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(UploadSpool, IsNotMadeWhereItWouldTakeTheReserve) {
  TempFolder folder;
  const auto spool = Spool::open(folder.path(), block, std::uint64_t{1} << 60);
  ASSERT_FALSE(spool);
  EXPECT_EQ(spool.error(), crypto::IoFault::disk_full);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(UploadSpool, FollowsNoLink) {
  TempFolder folder;
  const auto elsewhere = folder.path() / "elsewhere";
  ASSERT_TRUE(crypto::write_file(elsewhere, crypto::Bytes(block)));
  std::filesystem::create_symlink(elsewhere, folder.path() / "uploads");
  ASSERT_TRUE(Spool::open(folder.path(), block, 0));
  EXPECT_EQ(crypto::read_file(elsewhere, block).value(), crypto::Bytes(block));
  EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(folder.path() / "uploads")));
}

}  // namespace
}  // namespace sandyk::intake
