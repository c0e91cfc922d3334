// Reading a log through a function that fetches, as over a network.
#include "tests/storage/log_support.h"

namespace sandyk::storage {
namespace {

class LogReaderTest : public LogTest {
 protected:
  void SetUp() override {
    auto opened = open();
    for (const std::uint64_t size : {100U, 600U}) {
      ASSERT_TRUE(opened.log.append(entries(opened.log.size(), size)));
      ASSERT_TRUE(opened.log.publish(monday));
    }
  }
  LogReadError error_of(const LogFetch& fetch) const {
    const auto log = read_log(fetch, origin, signer.key());
    EXPECT_FALSE(log);
    return log ? LogReadError{} : log.error();
  }
};

TEST_F(LogReaderTest, FetchesOnlyWhatTheCheckpointNeeds) {
  std::vector<std::string> asked;
  const auto from_folder = fetch_from(folder);
  const auto log = read_log([&](const std::string& path) { return asked.push_back(path), from_folder(path); },
                            origin, signer.key());
  ASSERT_TRUE(log);
  EXPECT_EQ(log->note, text("checkpoint"));
  EXPECT_EQ(asked, (std::vector<std::string>{"checkpoint", "tile/entries/000", "tile/0/000",
                                             "tile/entries/001", "tile/0/001", "tile/entries/002.p/88",
                                             "tile/0/002.p/88", "tile/1/000.p/2"}));
}

TEST_F(LogReaderTest, TakesAFullTileWhenThePartialOneIsGone) {
  const auto older = *read();
  auto opened = open();
  ASSERT_TRUE(opened.log.append(entries(600, 1000)));
  ASSERT_TRUE(opened.log.publish(monday));
  ASSERT_FALSE(is_file(folder / "tile/0/002.p/88"));
  const auto log = read_log_at(fetch_from(folder), older.note, older.checkpoint);
  ASSERT_TRUE(log) << sentence(log.error());
  EXPECT_EQ(log->entries, older.entries);
}

TEST_F(LogReaderTest, FindsALogThatWasWrittenAnew) {
  const auto older = read()->checkpoint;
  std::filesystem::remove_all(folder);
  auto opened = open();
  ASSERT_TRUE(opened.log.append(entries(0, 599)));
  ASSERT_TRUE(opened.log.append(entries(700, 800)));
  ASSERT_TRUE(opened.log.publish(monday));
  EXPECT_FALSE(is_consistent(read()->entries, older));
  EXPECT_FALSE(is_consistent({}, older));
}

TEST_F(LogReaderTest, NamesTheFileThatIsWrongMissingOrUnreadable) {
  const auto from_folder = fetch_from(folder);
  const auto with = [&](const std::string& name, tl::expected<crypto::Bytes, LogReadFault> answer) {
    return error_of(
        [&, name, answer](const std::string& path) { return path == name ? answer : from_folder(path); });
  };
  const auto none = tl::unexpected(LogReadFault::not_found);
  const auto broken = tl::unexpected(LogReadFault::unreadable);
  using Error = LogReadError;
  EXPECT_EQ(with("checkpoint", none), (Error{LogReadFault::not_found, "checkpoint"}));
  EXPECT_EQ(with("checkpoint", crypto::Bytes{}), (Error{LogReadFault::not_a_checkpoint, "checkpoint"}));
  EXPECT_EQ(with("tile/entries/001", none), (Error{LogReadFault::not_found, "tile/entries/001"}));
  EXPECT_EQ(with("tile/entries/002.p/88", broken),
            (Error{LogReadFault::unreadable, "tile/entries/002.p/88"}));
  EXPECT_EQ(with("tile/entries/001", crypto::Bytes(10)),
            (Error{LogReadFault::wrong_bundle, "tile/entries/001"}));
  EXPECT_EQ(with("tile/0/001", crypto::Bytes(max_tile_size)),
            (Error{LogReadFault::wrong_tile, "tile/0/001"}));
  EXPECT_EQ(with("tile/0/001", crypto::Bytes(max_tile_size + 1)),
            (Error{LogReadFault::too_large, "tile/0/001"}));
  EXPECT_EQ(with("tile/1/000.p/2", crypto::Bytes(64)), (Error{LogReadFault::wrong_tile, "tile/1/000.p/2"}));
}

TEST_F(LogReaderTest, RefusesACheckpointOfAnotherKeyOrLog) {
  const auto fetch = fetch_from(folder);
  EXPECT_EQ(read_log(fetch, origin, crypto::LogKey::generate(origin).key()).error().fault,
            LogReadFault::not_signed);
  EXPECT_EQ(read_log(fetch, "sandyk/other", signer.key()).error().fault, LogReadFault::other_log);
}

TEST_F(LogReaderTest, RefusesARootThatTheEntriesDoNotGive) {
  const std::string note = signer.sign({origin, 600, crypto::empty_root()});
  write(folder / "checkpoint", note);
  EXPECT_EQ(error_of(fetch_from(folder)).fault, LogReadFault::wrong_root);
  EXPECT_EQ(open().log.state(), AuditLog::State::frozen);
}

TEST_F(LogReaderTest, IsNotMadeToReadWithoutEndByASignedSize) {
  write(folder / "checkpoint", signer.sign({origin, crypto::max_log_size, crypto::empty_root()}));
  EXPECT_EQ(error_of(fetch_from(folder)).fault, LogReadFault::too_large);
}

TEST_F(LogReaderTest, RefusesPendingEntriesThatDoNotGoOnFromTheCheckpoint) {
  const auto published = read()->entries;
  write(folder / "pending-601", "");
  EXPECT_EQ(read_pending(folder, published).error().fault, LogReadFault::wrong_bundle);
  std::filesystem::remove(folder / "pending-601");
  EXPECT_TRUE(read_pending(folder, published));
  std::filesystem::remove(folder / "pending-600");
  EXPECT_TRUE(read_pending(folder, published)->empty());   // a copy over the network has none
  EXPECT_EQ(open().log.state(), AuditLog::State::frozen);  // the server's own has
}

}  // namespace
}  // namespace sandyk::storage
