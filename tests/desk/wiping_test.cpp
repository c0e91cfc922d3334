#include "desk/wiping.h"

#include "tests/desk/site.h"

namespace sandyk::desk {
namespace {

class Wiping : public SiteTest {
 protected:
  std::filesystem::path file = folder / "keys" / "2026-W48.age";
};

TEST_F(Wiping, OverwritesAllOfTheFileBeforeItGoes) {
  const std::string secret(10'000, 's');
  write(file, secret);
  std::filesystem::create_hard_link(file, folder / "same-blocks");
  ASSERT_TRUE(wipe(file));
  EXPECT_FALSE(std::filesystem::exists(file));
  const std::string left = read(folder / "same-blocks");
  ASSERT_EQ(left.size(), secret.size());
  for (std::size_t at = 0; at < left.size(); at += 16)
    EXPECT_NE(left.substr(at, 16), secret.substr(at, 16)) << at;
  EXPECT_TRUE(std::filesystem::is_empty(file.parent_path()));
}

TEST_F(Wiping, IsDoneWhenThereIsNoFile) {
  std::filesystem::create_directories(file.parent_path());
  EXPECT_TRUE(wipe(file));
}

TEST_F(Wiping, DoesNotFollowALink) {
  write(folder / "elsewhere", "another's");
  std::filesystem::create_directories(file.parent_path());
  std::filesystem::create_symlink(folder / "elsewhere", file);
  EXPECT_FALSE(wipe(file));
  EXPECT_EQ(read(folder / "elsewhere"), "another's");
}

TEST_F(Wiping, TakesAwayWhatACutOffWipeLeft) {
  write(file.parent_path() / ".wiped-0123456789abcdef", "random");
  write(file.parent_path() / "2026-W49.age", "a key");
  ASSERT_TRUE(remove_wiped(file.parent_path()));
  EXPECT_FALSE(std::filesystem::exists(file.parent_path() / ".wiped-0123456789abcdef"));
  EXPECT_EQ(read(file.parent_path() / "2026-W49.age"), "a key");
}

}  // namespace
}  // namespace sandyk::desk
