#include "crypto/seal/secret.h"

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

#include "crypto/open/age/mlkem768x25519.h"
#include "crypto/open/receipt.h"
#include "crypto/seal/age/header_mac.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

template <class T>
concept Streams = requires(std::ostream& out, const T& value) {
  out << value;
};
template <class T>
concept Compares = requires(const T& a, const T& b) {
  a == b;
};

template <class T>
constexpr bool is_guarded = !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
                            std::is_nothrow_move_constructible_v<T> && !std::is_default_constructible_v<T> &&
                            !Streams<T> && !Compares<T>;
static_assert(is_guarded<FileKey> && is_guarded<EpochKey> && is_guarded<PayloadKey> && is_guarded<Prk>);
static_assert(is_guarded<SecretText> && is_guarded<ReplyKey> && is_guarded<ThreadSeed>);
static_assert(is_guarded<age::HybridIdentity> && is_guarded<SigningKey> && is_guarded<ReceiptCode>);

// A key for one purpose is not a key for another, though both are 32 bytes.
template <class A, class B>
constexpr bool is_apart =
    !std::is_convertible_v<A, B> && !std::is_constructible_v<B, A> && !std::is_assignable_v<B&, A>;
static_assert(is_apart<WrapKey, PayloadKey> && is_apart<PayloadKey, EpochKey> &&
              is_apart<EpochKey, ReplyKey>);
static_assert(is_apart<ReplyKey, ThreadSeed> && is_apart<Prk, KemSecret>);
static_assert(!std::is_invocable_v<decltype(&age::header_mac), const EpochKey&, ByteView>);
static_assert(!std::is_copy_constructible_v<WipedArray<16>>);

TEST(Secret, KeepsWhatWasFilledIn) {
  const auto key = FileKey::make([](auto out) { std::fill(out.begin(), out.end(), std::uint8_t{7}); });
  EXPECT_TRUE(equal(key.expose(), Bytes(16, 7)));
}

TEST(Secret, RandomOnesDiffer) {
  EXPECT_FALSE(same(FileKey::random(), FileKey::random()));
}

TEST(Secret, MovesWithItsBytes) {
  auto key = FileKey::random();
  const Bytes bytes(key.expose().begin(), key.expose().end());
  const FileKey moved = std::move(key);
  EXPECT_TRUE(equal(moved.expose(), bytes));
}

TEST(SecretDeathTest, UseAfterMoveEndsTheProcess) {
  auto key = FileKey::random();
  const FileKey moved = std::move(key);
  EXPECT_DEATH((void)key.expose(), "");  // NOLINT: the use after move is what is tested
  auto text = secret("passphrase");
  const SecretText moved_text = std::move(text);
  EXPECT_DEATH((void)text.expose(), "");  // NOLINT
  EXPECT_EQ(text_of(moved_text.expose()), "passphrase");
}

TEST(Secret, LeavesAZeroedSlotBehind) {
  std::uint8_t* slot = take_secret_slot();
  return_secret_slot(slot);  // the next to be taken
  {
    const auto key = PayloadKey::random();
    ASSERT_EQ(key.expose().data(), slot);
  }
  EXPECT_EQ(take_secret_slot(), slot);
  for (std::size_t i = 0; i < secret_slot_size; ++i) EXPECT_EQ(slot[i], 0) << i;
  return_secret_slot(slot);
}

TEST(Secret, ManyAtOnceDoNotTouchEachOther) {
  std::vector<FileKey> keys;
  for (int i = 0; i < 1000; ++i)
    keys.push_back(
        FileKey::make([&](auto out) { std::fill(out.begin(), out.end(), static_cast<std::uint8_t>(i)); }));
  for (std::size_t i = 0; i < 1000; ++i)
    EXPECT_TRUE(equal(keys[i].expose(), Bytes(16, static_cast<std::uint8_t>(i)))) << i;
}

TEST(SecretDeathTest, IsReadOnlyOnceMadeWhereItLives) {
  const auto key = EpochKey::random();
  EXPECT_DEATH(*const_cast<volatile std::uint8_t*>(key.expose().data()) = 1, "");
}

TEST(SecretDeathTest, IsFencedAgainstReadingBeyond) {
  const auto key = EpochKey::random();
  const volatile std::uint8_t* begin = key.expose().data();
  EXPECT_DEATH((void)begin[EpochKey::size], "");
}

TEST(SecretText, HoldsAnyBytes) {
  const auto text = secret(std::string_view("a\0b", 3));
  EXPECT_EQ(text.size(), 3U);
  EXPECT_EQ(text_of(text.expose()), std::string_view("a\0b", 3));
  EXPECT_EQ(secret("").size(), 0U);
}

TEST(WipedArray, IsZeroWhenItsScopeEnds) {
  alignas(WipedArray<32>) std::array<std::uint8_t, sizeof(WipedArray<32>)> place;
  auto* array = new (place.data()) WipedArray<32>;
  array->fill(0xaa);
  EXPECT_EQ(place[31], 0xaa);
  std::destroy_at(array);
  const volatile std::uint8_t* after = place.data();
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(after[i], 0);
}

TEST(Language, RunTimeIsNotTakenForCompileTime) {  // clang 14 with C++23 and libstdc++ 12 does
  EXPECT_FALSE(std::is_constant_evaluated());
}

}  // namespace
}  // namespace sandyk::crypto
