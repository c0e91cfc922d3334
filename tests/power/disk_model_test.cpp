// The model itself: what was synced is always there, what was not may be gone, and torn by sectors.
#include "tests/power/disk_model.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

#include "crypto/seal/file.h"
#include "tests/power/recorded_calls.h"
#include "tests/storage/site.h"

namespace sandyk::testing {
namespace {

using storage::TemporaryFolder;

class Disk : public ::testing::Test {
 protected:
  TemporaryFolder root, target;
  std::mt19937_64 random{1};

  static constexpr Cut nothing_left{512, 0, 0, true};
  static constexpr Cut everything_left{512, 1, 1, true};

  std::optional<std::string> left(const DiskModel& disk, const Cut& cut, const std::string& name = "file") {
    std::filesystem::remove_all(target.path);
    std::filesystem::create_directory(target.path);
    disk.rebuild(target.path, cut, random);
    std::ifstream in(target.path / name, std::ios::binary);
    if (!in) return std::nullopt;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static crypto::ByteView bytes(std::string_view text) { return crypto::bytes_of(text); }
};

TEST_F(Disk, LosesAFileWhoseFolderWasNotSynced) {
  DiskModel disk(root.path);
  disk.made(root.path / "file", 7, false);
  disk.written(7, 0, bytes("text"));
  disk.synced(7);
  EXPECT_EQ(left(disk, nothing_left), std::nullopt);
  EXPECT_EQ(left(disk, everything_left), "text");
}

TEST_F(Disk, EmptiesAFileThatWasRenamedWithoutASync) {
  DiskModel disk(root.path);
  disk.made(root.path / "part", 7, false);
  disk.written(7, 0, bytes("text"));
  disk.renamed(root.path / "part", root.path / "file");
  EXPECT_EQ(left(disk, Cut{512, 0, 1, true}), "");
  EXPECT_EQ(left(disk, nothing_left), std::nullopt);
}

TEST_F(Disk, TearsAWriteBySectors) {
  DiskModel disk(root.path);
  disk.made(root.path / "file", 7, false);
  disk.written(7, 0, bytes(std::string(2048, 'a')));
  disk.synced(7);
  disk.written(7, 100, bytes(std::string(1500, 'b')));
  std::set<std::string> seen;
  for (int i = 0; i < 400; ++i) seen.insert(left(disk, Cut{512, 0.5, 1, true}).value());
  EXPECT_EQ(seen.size(), 16U);  // four sectors, each old or new
}

/// Our own way to write a file, recorded: at every cut it is there whole or not at all.
TEST_F(Disk, LeavesAFileOfOursWholeOrAway) {
  std::set<std::optional<std::string>> seen;
  const auto look = [&](const DiskModel& disk, std::mt19937_64& own) {
    seen.insert(left(disk, Cut::any(own)));
  };
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::filesystem::remove(root.path / "file");
    const Recording recording(root.path, seed, 30, look);
    ASSERT_TRUE(crypto::write_file(root.path / "file", bytes("first")));
    seen.insert("first");
    ASSERT_TRUE(crypto::write_file(root.path / "file", bytes("second")));
  }
  EXPECT_EQ(seen, (std::set<std::optional<std::string>>{std::nullopt, "first", "second"}));
}

/// The check of the check: a file that is renamed before it is synced comes out empty now and then.
TEST_F(Disk, FindsARenameBeforeTheSync) {
  bool was_empty = false;
  const auto look = [&](const DiskModel& disk, std::mt19937_64& own) {
    was_empty = was_empty || left(disk, Cut::any(own)) == "";
  };
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::filesystem::remove(root.path / "file");
    const Recording recording(root.path, seed, 30, look);
    const crypto::Fd fd(::open((root.path / "part").c_str(), O_WRONLY | O_CREAT, 0600));
    ASSERT_TRUE(crypto::write_all(fd.get(), bytes("text")));
    std::filesystem::rename(root.path / "part", root.path / "file");
    ASSERT_EQ(::fsync(fd.get()), 0);
  }
  EXPECT_TRUE(was_empty);
}

}  // namespace
}  // namespace sandyk::testing
