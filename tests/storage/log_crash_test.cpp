// A process killed at any step of publishing or opening leaves a log that verifies, with nothing lost.
#include <functional>

#include "tests/storage/disk_calls.h"
#include "tests/storage/log_support.h"

namespace sandyk::storage {
namespace {

using State = AuditLog::State;

class LogCrash : public LogTest {
 protected:
  std::filesystem::path copy_of(const std::filesystem::path& from) {
    const auto copy = temporary.path / ("copy" + std::to_string(++copies_));
    std::filesystem::copy(from, copy, std::filesystem::copy_options::recursive);
    return copy;
  }

  /// Every state of the folder between two steps of `work`.
  std::vector<std::filesystem::path> states_of(const std::filesystem::path& where,
                                               const std::function<void()>& work) {
    std::vector<std::filesystem::path> states{copy_of(where)};
    const testing::AfterEachNameChange steps([&] { states.push_back(copy_of(where)); });
    work();
    return states;
  }

  /// An auditor and a restarted server find the log as it was `before` publishing or as it is after.
  void expect_whole(const std::filesystem::path& where, std::optional<std::uint64_t> before,
                    std::uint64_t size) {
    const auto seen = read_log(fetch_from(where), origin, signer.key());
    if (seen) {
      EXPECT_TRUE(seen->checkpoint.size == before.value_or(size) || seen->checkpoint.size == size) << where;
    } else {
      EXPECT_FALSE(before) << sentence(seen.error());
      EXPECT_EQ(seen.error(), (LogReadError{LogReadFault::not_found, "checkpoint"}));
    }

    auto opened = open_in(where);
    ASSERT_EQ(opened.log.state(), State::on) << where << opened.log.why();
    ASSERT_EQ(opened.entries, entries(0, size)) << where;
    ASSERT_TRUE(opened.log.append(entries(size, size + 1)));
    ASSERT_TRUE(opened.log.publish(monday));
    const auto after = read_log(fetch_from(where), origin, signer.key());
    ASSERT_TRUE(after) << sentence(after.error());
    EXPECT_EQ(after->entries.size(), size + 1);
    if (seen) {
      EXPECT_TRUE(is_consistent(after->entries, seen->checkpoint));
    }
  }

  void expect_whole_at_each_step(std::optional<std::uint64_t> before, std::uint64_t size) {
    auto opened = open();
    if (before) {
      ASSERT_TRUE(opened.log.append(entries(0, *before)));
      ASSERT_TRUE(opened.log.publish(monday));
    }
    ASSERT_TRUE(opened.log.append(entries(before.value_or(0), size)));
    const auto states = states_of(folder, [&] { ASSERT_TRUE(opened.log.publish(monday)); });
    ASSERT_GE(states.size(), 2U);
    for (const auto& state : states) {
      // The next start may be cut off, too.
      const auto restarts = states_of(state, [&] { (void)open_in(state); });
      ASSERT_GE(restarts.size(), 2U);
      for (const auto& restart : restarts) expect_whole(restart, before, size);
      expect_whole(state, before, size);
    }
  }

  int copies_ = 0;
};

TEST_F(LogCrash, LosesNothingAtAnyStepOfTheFirstPublishing) {
  expect_whole_at_each_step(std::nullopt, 3);
}
TEST_F(LogCrash, LosesNothingAtAnyStepOfPublishingAnEmptyLog) {
  expect_whole_at_each_step(std::nullopt, 0);
}
TEST_F(LogCrash, LosesNothingAtAnyStepOfPublishingNothingNew) {
  expect_whole_at_each_step(3, 3);
}
TEST_F(LogCrash, LosesNothingAtAnyStepOfPublishingMore) {
  expect_whole_at_each_step(3, 5);
}
TEST_F(LogCrash, LosesNothingAtAnyStepOfFillingATile) {
  expect_whole_at_each_step(255, 256);
}
TEST_F(LogCrash, LosesNothingAtAnyStepOfFillingSeveral) {
  expect_whole_at_each_step(200, 513);
}

TEST_F(LogCrash, LosesNothingAtAnyStepOfTheFirstOpening) {
  const auto vault = temporary.path / "vault";
  std::filesystem::create_directory(vault);
  for (const auto& state : states_of(vault, [&] { (void)open_in(vault / "log"); })) {
    auto opened = open_in(state / "log");
    ASSERT_EQ(opened.log.state(), State::on) << opened.log.why();
    ASSERT_TRUE(opened.log.publish(monday));
  }
}

TEST_F(LogCrash, SyncsBundlesThenTilesThenTheCheckpointThenThePendingFile) {
  auto opened = open();
  ASSERT_TRUE(opened.log.append(entries(0, 300)));
  testing::forget_syncs();
  ASSERT_TRUE(opened.log.publish(monday));
  std::vector<std::string> order;  // of the files, without those of their folders and their temporary names
  for (std::string path : testing::recorded_syncs()) {
    path = std::filesystem::path(path).lexically_relative(folder).string();
    if (!path.ends_with(".part")) continue;
    const std::string kind = path.starts_with("tile/entries") ? "bundle"
                             : path.starts_with("tile")       ? "tile"
                                                              : path;
    if (order.empty() || !kind.starts_with(order.back())) order.push_back(kind.substr(0, kind.find(".", 1)));
  }
  EXPECT_EQ(order, (std::vector<std::string>{"bundle", "tile", ".checkpoint", ".pending-300"}));
}

}  // namespace
}  // namespace sandyk::storage
