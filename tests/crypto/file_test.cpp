#include "crypto/seal/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(File, IsReadAsItWasWritten) {
  const TemporaryFolder folder;
  const Bytes bytes = pattern(100000);
  ASSERT_TRUE(write_file(folder.path() / "a", bytes));
  EXPECT_EQ(read_file(folder.path() / "a", bytes.size()), bytes);
  EXPECT_EQ(entries(folder.path()), 1U);
  struct stat status {};
  ASSERT_EQ(::stat((folder.path() / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST(File, IsNotReadBeyondTheLimit) {
  const TemporaryFolder folder;
  folder.write("a", pattern(100));
  EXPECT_TRUE(read_file(folder.path() / "a", 100));
  EXPECT_EQ(read_file(folder.path() / "a", 99).error(), IoFault::too_large);
  EXPECT_EQ(read_file("/dev/zero", 1000).error(), IoFault::too_large);
}

TEST(File, NamesTheFaultOfThePath) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.path() / "none", 1).error(), IoFault::not_found);
  EXPECT_EQ(write_file(folder.path() / "none/a", {}).error(), IoFault::not_found);
  EXPECT_EQ(read_file(folder.path(), 1).error(), IoFault::failed);
}

TEST(NewFile, LeavesNothingBehindUnlessCommitted) {
  const TemporaryFolder folder;
  {
    auto file = NewFile::create(folder.path() / "a");
    ASSERT_TRUE(file && file->write(bytes_of("half")));
    EXPECT_FALSE(fs::exists(folder.path() / "a"));
    NewFile moved = std::move(*file);
    EXPECT_EQ(entries(folder.path()), 1U);
  }
  EXPECT_EQ(entries(folder.path()), 0U);
}

TEST(NewFile, ReplacesOnlyWhenAsked) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a";
  ASSERT_TRUE(write_file(path, bytes_of("first"), 0600, NewFile::Replace::no));
  EXPECT_EQ(write_file(path, bytes_of("second"), 0600, NewFile::Replace::no).error(), IoFault::exists);
  EXPECT_EQ(folder.text("a"), "first");
  ASSERT_TRUE(write_file(path, bytes_of("second")));
  EXPECT_EQ(folder.text("a"), "second");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(Directory, IsMadeForItsOwnerAloneAndMayBeThere) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directory(folder.path() / "d"));
  ASSERT_TRUE(make_directory(folder.path() / "d"));
  struct stat status {};
  ASSERT_EQ(::stat((folder.path() / "d").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  EXPECT_EQ(make_directory(folder.path() / "x/y").error(), IoFault::not_found);
  EXPECT_EQ(sync_directory(folder.path() / "x").error(), IoFault::not_found);
}

TEST(Fd, ClosesWhatItOwnsOnce) {
  int number = -1;
  {
    Fd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    number = fd.get();
    const Fd moved = std::move(fd);
    EXPECT_FALSE(fd.is_open());  // NOLINT: a moved-from descriptor is empty
    EXPECT_EQ(moved.get(), number);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(File, WritingToAFullDeviceIsADiskFull) {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(write_all(full.get(), bytes_of("a")).error(), IoFault::disk_full);
}

/// In a child with mounts of its own: what writing to a tiny, then read-only file system gives.
[[noreturn]] void write_to_a_small_disk(const fs::path& folder) {
  const int own = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
  if (::unshare(own) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") != 0)
    ::_exit(1);
  const bool keeps_what_fits = write_file(folder / "small", pattern(1000)).has_value();
  const auto large = write_file(folder / "large", pattern(1U << 20));
  const bool is_full = !large && large.error() == IoFault::disk_full;
  const bool is_tidy = entries(folder) == 1 && read_file(folder / "small", 1000) == pattern(1000);
  if (::mount("tmpfs", folder.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=64k") != 0) ::_exit(2);
  const auto late = write_file(folder / "late", {});
  const bool is_read_only = !late && late.error() == IoFault::read_only;
  ::_exit(keeps_what_fits && is_full && is_tidy && is_read_only ? 0 : 3);
}

TEST(FileDeathTest, AFullOrReadOnlyDiskIsNamedAndLeftTidy) {
  const TemporaryFolder folder;
  EXPECT_EXIT(write_to_a_small_disk(folder.path()), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace sandyk::crypto
