#include "desk/identities.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "crypto/open/age/identity_file.h"

namespace sandyk::desk {
namespace {

constexpr unsigned quick_log_n = 10;

class IdentitiesTest : public ::testing::Test {
 protected:
  IdentitiesTest() {
    std::string name = "/tmp/sandyk-desk-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~IdentitiesTest() override { std::filesystem::remove_all(folder_); }

  crypto::SecretText passphrase(std::string_view text) const {
    return crypto::SecretText(crypto::bytes_of(text));
  }

  void add(const std::string& organisation, crypto::Week week, std::string_view text) {
    const auto file = crypto::age::write_identity_file(crypto::age::HybridIdentity::generate(),
                                                       passphrase(text), quick_log_n);
    std::filesystem::create_directories(home().organisation(organisation));
    ASSERT_TRUE(file && crypto::write_file(home().identity(organisation, week), *file));
  }

  Home home() const { return Home(folder_); }
  Identities identities(std::string_view text, std::string organisation = "") const {
    return Identities(home(), std::move(organisation), passphrase(text));
  }

  const crypto::Week week_ = *crypto::Week::parse("2026-W48");
  std::filesystem::path folder_;
};

TEST_F(IdentitiesTest, FindsThoseOfEveryOrganisationOrOfOne) {
  add("a", week_, "right");
  add("b", week_, "right");
  EXPECT_EQ(identities("right").of_week(week_).identities.size(), 2U);
  EXPECT_EQ(identities("right", "b").of_week(week_).identities.size(), 1U);
}

TEST_F(IdentitiesTest, SaysThatThereIsNoFileForAWeek) {
  add("a", week_, "right");
  EXPECT_EQ(identities("right").of_week(week_ + std::chrono::weeks(1)).missing, Identities::Missing::no_file);
}

TEST_F(IdentitiesTest, SaysThatThePassphraseIsWrong) {
  add("a", week_, "right");
  auto wrong = identities("wrong");
  EXPECT_EQ(wrong.of_week(week_).missing, Identities::Missing::wrong_passphrase);
  EXPECT_TRUE(wrong.of_week(week_).identities.empty());
}

TEST_F(IdentitiesTest, UsesWhatOpensBesideWhatDoesNot) {
  add("a", week_, "another");
  add("b", week_, "right");
  auto some = identities("right");
  EXPECT_EQ(some.of_week(week_).identities.size(), 1U);
  EXPECT_EQ(some.of_week(week_).missing, Identities::Missing::none);
}

TEST_F(IdentitiesTest, SaysThatAFileIsDamaged) {
  add("a", week_, "right");
  auto bytes = *crypto::read_file(home().identity("a", week_), 65536);
  bytes.pop_back();
  ASSERT_TRUE(crypto::write_file(home().identity("a", week_), bytes));
  EXPECT_EQ(identities("right").of_week(week_).missing, Identities::Missing::damaged);
}

TEST_F(IdentitiesTest, UnlocksEachWeekOnce) {
  add("a", week_, "right");
  auto some = identities("right");
  const auto* first = &some.of_week(week_);
  std::filesystem::remove(home().identity("a", week_));
  EXPECT_EQ(&some.of_week(week_), first);
  EXPECT_EQ(some.of_week(week_).identities.size(), 1U);
}

}  // namespace
}  // namespace sandyk::desk
