#include "desk/case_lock.h"

#include <gtest/gtest.h>

#include <string>

namespace sandyk::desk {
namespace {

constexpr CaseCost light{1, 1024};

crypto::SecretText text(std::string_view words) {
  return crypto::SecretText(crypto::bytes_of(words));
}

TEST(CaseLockTest, OpensWithItsPassphraseAndSaysWhenItIsAnother) {
  const auto made = CaseLock::make(text("six invented words"), light);
  ASSERT_TRUE(made);
  const auto lock = CaseLock::parse(crypto::bytes_of(made->first.write()));
  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->cost(), light);
  const auto master = lock->unlock(text("six invented words"));
  ASSERT_TRUE(master);
  EXPECT_TRUE(same(*master, made->second));
  EXPECT_EQ(lock->unlock(text("six invented word")).error(), LockFault::wrong_passphrase);
  EXPECT_NE(sentence(LockFault::wrong_passphrase).find("not the passphrase"), std::string_view::npos);
}

TEST(CaseLockTest, MakesAnotherKeyEachTimeAndTwoFromOne) {
  const auto a = CaseLock::make(text("words"), light), b = CaseLock::make(text("words"), light);
  EXPECT_FALSE(same(a->second, b->second));
  const auto database = database_key(a->second);
  const auto keys = keys_key(a->second);
  EXPECT_FALSE(std::ranges::equal(database.expose(), keys.expose()));
}

TEST(CaseLockTest, RefusesWhatNoHonestFileSays) {
  const std::string good = CaseLock::make(text("words"), light)->first.write();
  for (const auto& [from, to] : {std::pair{"\"passes\": 1", "\"passes\": 100000"},
                                 {"1024", "99999999999"},
                                 {"sandyk-case/1", "sandyk-case/2"},
                                 {"\"master\": \"", "\"master\": \"A"}}) {
    std::string changed = good;
    const auto at = changed.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    changed.replace(at, std::string_view(from).size(), to);
    EXPECT_EQ(CaseLock::parse(crypto::bytes_of(changed)).error(), LockFault::malformed) << to;
  }
}

TEST(CaseLockTest, TunesForAtLeastThreePasses) {
  const auto cost = tuned_cost(10);
  EXPECT_GE(cost.passes, 3U);
  EXPECT_EQ(cost.memory_kib, 1024U);
}

}  // namespace
}  // namespace sandyk::desk
