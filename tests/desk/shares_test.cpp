#include "desk/shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "desk/case_file.h"
#include "desk/keys_in_safes.h"

namespace sandyk::desk {
namespace {

using ::testing::HasSubstr;

constexpr ShareSet set{1, 2, 3};

Share copy_of(const Share& share) {
  return {share.set, share.number, share.of, share.needed,
          ShareValue::make([&](auto out) { std::ranges::copy(share.value.expose(), out.begin()); })};
}

std::vector<Share> chosen(const std::vector<Share>& all, std::initializer_list<std::size_t> places) {
  std::vector<Share> some;
  for (const std::size_t place : places) some.push_back(copy_of(all[place]));
  return some;
}

TEST(SharesTest, AnyThreeOfFiveGiveTheKeyAndTwoDoNot) {
  const auto key = SharedKey::random();
  const auto all = split(key, set, 3, 5);
  ASSERT_EQ(all.size(), 5U);
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = a + 1; b < 5; ++b) {
      EXPECT_EQ(combine(chosen(all, {a, b})).error(), ShareFault::too_few);
      for (std::size_t c = b + 1; c < 5; ++c) EXPECT_TRUE(same(*combine(chosen(all, {c, a, b})), key));
    }
  EXPECT_TRUE(same(*combine(all), key));
}

/// Two shares of a key that needs three fit every key equally well: the third alone decides.
TEST(SharesTest, FewerSayNothing) {
  const auto key = SharedKey::random();
  const auto all = split(key, set, 3, 3);
  auto some = chosen(all, {0, 1, 2});
  some[2].value = ShareValue::random();
  EXPECT_FALSE(same(*combine(some), key));
}

/// From the scheme's definition: with x = 1, 2 and f(x) = s + a x, f(0) = (2 f(1) + f(2)) / 3 in the field.
TEST(SharesTest, AreThoseOfTheScheme) {
  const auto all_of = [](std::uint8_t byte) {
    return ShareValue::make([&](auto out) { std::ranges::fill(out, byte); });
  };
  // s = 0x53, a = 0xCA: f(1) = 0x53 ^ 0xCA = 0x99, f(2) = 0x53 ^ 2·0xCA = 0x53 ^ 0x8F = 0xDC.
  std::vector<Share> shares;
  shares.push_back({set, 1, 2, 2, all_of(0x99)});
  shares.push_back({set, 2, 2, 2, all_of(0xDC)});
  const auto key = combine(shares);
  ASSERT_TRUE(key);
  EXPECT_TRUE(std::ranges::all_of(key->expose(), [](std::uint8_t byte) { return byte == 0x53; }));
}

TEST(SharesTest, AreNotMixedUp) {
  const auto all = split(SharedKey::random(), set, 2, 3);
  const auto others = split(SharedKey::random(), ShareSet{9}, 2, 3);
  auto mixed = chosen(all, {0});
  mixed.push_back(copy_of(others[1]));
  EXPECT_EQ(combine(mixed).error(), ShareFault::other_set);
  EXPECT_EQ(combine(chosen(all, {1, 1})).error(), ShareFault::repeated);
  EXPECT_EQ(combine({}).error(), ShareFault::too_few);
}

TEST(SharesTest, AreFilesWithAChecksum) {
  const auto all = split(SharedKey::random(), set, 2, 3);
  const auto file = write_share(all[1]);
  const auto read = parse_share(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->number, 2U);
  EXPECT_EQ(read->of, 3U);
  EXPECT_EQ(read->needed, 2U);
  EXPECT_EQ(read->set, set);
  EXPECT_TRUE(same(read->value, all[1].value));
  for (std::size_t at = 0; at < file.size(); ++at) {
    auto changed = file;
    changed[at] = static_cast<std::uint8_t>(changed[at] == '1' ? '2' : '1');
    EXPECT_FALSE(parse_share(changed)) << at;
    EXPECT_FALSE(parse_share(crypto::ByteView(file).first(at))) << at;
  }
}

class KeysInSafes : public ::testing::Test {
 protected:
  KeysInSafes() {
    std::string name = "/tmp/sandyk-shares-XXXXXX";
    folder = ::mkdtemp(name.data());
    const crypto::SecretText passphrase(crypto::bytes_of("six invented words"));
    EXPECT_TRUE(CaseFile::create(home(), passphrase, {1, 1024}));
  }
  ~KeysInSafes() override { std::filesystem::remove_all(folder); }
  Home home() const { return Home(folder / "home"); }
  std::filesystem::path out() const { return folder / "out"; }
  std::filesystem::path share(int number) const {
    return out() / ("share-" + std::to_string(number) + "-of-3.txt");
  }
  std::filesystem::path folder;
};

TEST_F(KeysInSafes, ComeBackFromTwoOfThree) {
  ASSERT_TRUE(share_case_keys(home(), out(), 2, 3));
  const auto before = crypto::read_file(case_keys(home()), 1 << 20).value();
  EXPECT_FALSE(restore_case_keys(home(), out() / "case.keys.sealed", {share(1), share(3)}));  // it is there
  std::filesystem::remove(case_keys(home()));
  ASSERT_TRUE(restore_case_keys(home(), out() / "case.keys.sealed", {share(1), share(3)}));
  EXPECT_EQ(crypto::read_file(case_keys(home()), 1 << 20).value(), before);
}

TEST_F(KeysInSafes, DoNotComeBackFromOneOrFromADamagedOne) {
  ASSERT_TRUE(share_case_keys(home(), out(), 2, 3));
  const auto sealed = out() / "case.keys.sealed";
  EXPECT_THAT(open_shared_keys(sealed, {share(1)}).error().say, HasSubstr("fewer shares"));
  auto bytes = crypto::read_file(sealed, 1 << 20).value();
  bytes.back() ^= 1;
  ASSERT_TRUE(crypto::write_file(sealed, bytes));
  EXPECT_THAT(open_shared_keys(sealed, {share(1), share(2)}).error().say, HasSubstr("do not open"));
}

TEST_F(KeysInSafes, AreNeverWrittenOverAnything) {
  ASSERT_TRUE(share_case_keys(home(), out(), 2, 3));
  EXPECT_THAT(share_case_keys(home(), out(), 2, 3).error().say, HasSubstr("is there already"));
  EXPECT_FALSE(share_case_keys(home(), folder / "other", 1, 3));
  EXPECT_FALSE(share_case_keys(home(), folder / "other", 4, 3));
}

}  // namespace
}  // namespace sandyk::desk
