#include "crypto/seal/size_class.h"

#include <gtest/gtest.h>

#include <set>

#include "crypto/seal/age/format.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

TEST(SizeClass, IsTheSmallestThatHolds) {
  EXPECT_EQ(size_class_for(0), 16 * kib);
  for (std::size_t i = 0; i < size_classes.size(); ++i) {
    EXPECT_EQ(size_class_for(size_classes[i]), size_classes[i]);
    if (i + 1 < size_classes.size()) {
      EXPECT_EQ(size_class_for(size_classes[i] + 1), size_classes[i + 1]);
    }
  }
  EXPECT_FALSE(size_class_for(32 * mib + 1));
  EXPECT_FALSE(size_class_for(UINT64_MAX));
}

TEST(SizeClass, SealedLengthIsThatOfTheFormats) {
  EXPECT_EQ(sealed_length(16 * kib, 1), 18043U);  // a worked example of docs/formats.md
  for (const std::uint64_t c : size_classes)
    for (std::uint64_t k = 1; k <= 20; ++k) {
      const std::uint64_t chunks = std::max<std::uint64_t>(1, (c + 65535) / 65536);
      EXPECT_EQ(sealed_length(c, k), 70 + 1557 * k + 16 + c + 16 * chunks);
    }
}

TEST(SizeClass, IsToldFromTheExactSealedLengthOnly) {
  for (std::size_t k = 1; k <= 20; ++k)
    for (const std::uint64_t c : size_classes) {
      EXPECT_EQ(size_class_of_sealed(sealed_length(c, k), k), c);
      EXPECT_FALSE(size_class_of_sealed(sealed_length(c, k) - 1, k));
      EXPECT_FALSE(size_class_of_sealed(sealed_length(c, k) + 1, k));
      EXPECT_FALSE(size_class_of_sealed(sealed_length(c, k), k + 1));
    }
  EXPECT_FALSE(size_class_of_sealed(0, 1));
}

TEST(SizeClass, SealedLengthIsThatOfARealFile) {
  const auto identity = age::HybridIdentity::generate();
  for (const std::size_t k : {1U, 2U, 3U, 20U})
    for (const std::uint64_t size :
         {std::uint64_t{0}, std::uint64_t{1}, 16 * kib, 64 * kib, 64 * kib + 1, 1 * mib}) {
      const std::vector<age::HybridRecipient> recipients(k, identity.recipient());
      EXPECT_EQ(age::seal(recipients, Bytes(size))->size(), sealed_length(size, k));
    }
}

}  // namespace
}  // namespace sandyk::crypto
