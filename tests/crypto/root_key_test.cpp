#include "crypto/seal/root_key.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "crypto/open/signing.h"
#include "crypto/seal/file.h"

namespace sandyk::crypto {
namespace {

TEST(RootKey, IsReadAsALineAndFromAFile) {
  const auto key = SigningKey::generate().verify_key();
  EXPECT_EQ(read_root_key(key.text()), key);
  std::string file = "/tmp/sandyk-root-key-XXXXXX";
  Fd(::mkstemp(file.data())).close();
  ASSERT_TRUE(write_file(file, bytes_of(key.file())));
  EXPECT_EQ(read_root_key(file), key);
  ASSERT_TRUE(write_file(file, bytes_of("something else\n")));
  EXPECT_EQ(read_root_key(file), tl::unexpected(RootKeyFault::not_a_key));
  ::unlink(file.c_str());
  EXPECT_EQ(read_root_key(file), tl::unexpected(RootKeyFault::neither));
}

}  // namespace
}  // namespace sandyk::crypto
