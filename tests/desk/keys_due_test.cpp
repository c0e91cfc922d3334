#include "desk/keys_due.h"

#include "tests/desk/site.h"

namespace sandyk::desk {
namespace {

/// Keys of the week of 23 November 2026, whose keyring says: gone by 11 February 2027.
class KeysDueTest : public SiteTest {
 protected:
  KeysDueTest() { write(home.identity("org-1", week), "identity"); }
  crypto::Week week = *crypto::Week::parse("2026-W48");

  KeysDue on(const char* date, bool with_keyring = true) {
    if (with_keyring) add_keyring(home.folder(), site.content(week));
    return keys_due(home,
                    with_keyring ? std::optional(SiteRecord::read(root, {home.folder()})) : std::nullopt,
                    day(date));
  }
};

TEST_F(KeysDueTest, AreInUseThenDueSoonThenOverdue) {
  EXPECT_EQ(on("2027-01-27").later.size(), 1U);
  EXPECT_EQ(on("2027-01-28").soon.size(), 1U);
  EXPECT_EQ(on("2027-02-11").soon.size(), 1U);
  EXPECT_EQ(on("2027-02-12").overdue.size(), 1U);
  EXPECT_EQ(on("2027-02-12").overdue[0].destroy_by, day("2027-02-11"));
  EXPECT_NE(in_full(on("2027-02-12")).find("2026-W48 of org-1: OVERDUE"), std::string::npos);
}

TEST_F(KeysDueTest, AreEstimatedWithoutAKeyring) {
  const auto due = on("2026-11-24", false);
  ASSERT_EQ(due.later.size(), 1U);
  EXPECT_TRUE(due.later[0].is_estimated);
  EXPECT_EQ(due.later[0].destroy_by, day("2027-01-26"));  // 30 days of keeping, as keyrings usually say
  EXPECT_TRUE(due.without_keyring.empty());
}

TEST_F(KeysDueTest, NameTheWeeksThatLackKeysOrAKeyring) {
  const auto due = on("2026-11-24");
  ASSERT_EQ(due.without_keys.size(), 1U);
  EXPECT_EQ(due.without_keys[0].weeks.front().text(), "2026-W49");
  EXPECT_EQ(due.without_keys[0].weeks.size(), 3U);
  EXPECT_EQ(due.without_keyring.size(), 3U);
  for (int i = 1; i < 4; ++i) {
    write(home.identity("org-1", week + std::chrono::weeks(i)), "identity");
    add_keyring(home.folder(), site.content(week + std::chrono::weeks(i)));
  }
  EXPECT_EQ(in_short(on("2026-11-24")), "");
  EXPECT_NE(in_short(on("2026-11-30")).find("A new batch of weeks is due"), std::string::npos);
}

TEST_F(KeysDueTest, AreNotReadFromOtherFiles) {
  write(home.organisation("org-1") / "2026-W49.json", "public");
  write(home.organisation("org-1") / ".2026-W50.age.00.part", "cut off");
  EXPECT_EQ(on("2026-11-24").later.size(), 1U);
}

}  // namespace
}  // namespace sandyk::desk
