#include "crypto/open/bulk_cipher.h"

#include <gtest/gtest.h>

#include "crypto/seal/bulk_choice.h"
#include "tests/crypto/age/samples.h"

namespace sandyk::crypto {
namespace {

AeadNonce nonce_of(ByteView bytes) {
  AeadNonce nonce;
  std::copy_n(bytes.begin(), nonce.size(), nonce.begin());
  return nonce;
}

const AeadNonce some_nonce = nonce_of(pattern(12));

/// Ciphertext and tag.
Bytes sealed_by(CipherLibrary library, const PayloadKey& key, const AeadNonce& nonce, ByteView plain) {
  Bytes chunk(plain.begin(), plain.end());
  chunk.resize(plain.size() + aead_tag_size);
  BulkSealer(key, library).seal(nonce, chunk);
  return chunk;
}

std::optional<Bytes> opened_by(CipherLibrary library, const PayloadKey& key, const AeadNonce& nonce,
                               ByteView sealed) {
  Bytes chunk(sealed.begin(), sealed.end());
  if (!BulkOpener(key, library).open(nonce, chunk)) return std::nullopt;
  chunk.resize(sealed.size() - aead_tag_size);
  return chunk;
}

const auto libraries = testing::Values(CipherLibrary::sodium, CipherLibrary::openssl, CipherLibrary::gcrypt);
const auto name_of = [](const testing::TestParamInfo<CipherLibrary>& each) {
  return std::string(each.param.name());
};

class BulkCipher : public testing::TestWithParam<CipherLibrary> {
 protected:
  PayloadKey key = age::known<PayloadKey>(pattern(32));
};

INSTANTIATE_TEST_SUITE_P(By, BulkCipher, libraries, name_of);

TEST_P(BulkCipher,
       GivesTheKnownAnswerOfRfc8439) {  // section 2.8.2, whose tag is over additional data as well
  const auto rfc_key = age::known<PayloadKey>(
      from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f").value());
  const auto nonce = nonce_of(from_hex("070000004041424344454647").value());
  const std::string_view plain =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen "
      "would "
      "be it.";
  Bytes expected =
      from_hex(
          "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
          "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
          "3ff4def08e4b7a9de576d26586cec64b6116")
          .value();
  // Ours is over the ciphertext, padded to 16 bytes, and the lengths 0 and 114, under the one-time key given
  // there.
  const Bytes one_time_key =
      from_hex("7bac2b252db447af09b67a55a4e955840ae1d6731075d9eb2a9375783ed553ff").value();
  Bytes authenticated = expected;
  authenticated.resize(128 + 16);
  authenticated[128 + 8] = 114;
  expected.resize(114 + aead_tag_size);
  crypto_onetimeauth_poly1305(&expected[114], authenticated.data(), authenticated.size(),
                              one_time_key.data());

  EXPECT_EQ(sealed_by(GetParam(), rfc_key, nonce, bytes_of(plain)), expected);
  EXPECT_TRUE(equal(opened_by(GetParam(), rfc_key, nonce, expected).value(), bytes_of(plain)));
}

TEST_P(BulkCipher, GivesTheKnownAnswersOfWycheproofThatHaveNoAdditionalData) {
  int count = 0, others = 0;
  const Json document = vectors("wycheproof/chacha20_poly1305_test.json");
  const auto hex = [](const Json& test, const char* name) {
    return from_hex(test.at(name).get<std::string>()).value();
  };
  for (const Json& group : document.at("testGroups"))
    for (const Json& test : group.at("tests")) {
      const Bytes nonce = hex(test, "iv"), message = hex(test, "msg"), tag = hex(test, "tag");
      if (nonce.size() != 12 || !hex(test, "aad").empty()) {
        ++others;  // what our types cannot ask for
        continue;
      }
      SCOPED_TRACE(test.at("tcId").get<int>());
      ++count;
      ASSERT_EQ(test.at("result"), "valid");
      const auto test_key = age::known<PayloadKey>(hex(test, "key"));
      Bytes sealed = hex(test, "ct");
      sealed.insert(sealed.end(), tag.begin(), tag.end());
      EXPECT_EQ(sealed_by(GetParam(), test_key, nonce_of(nonce), message), sealed);
      EXPECT_EQ(opened_by(GetParam(), test_key, nonce_of(nonce), sealed), message);
      for (const std::size_t byte : {std::size_t{0}, sealed.size() - 16, sealed.size() - 1}) {
        sealed[byte] ^= 1;
        EXPECT_FALSE(opened_by(GetParam(), test_key, nonce_of(nonce), sealed)) << byte;
        sealed[byte] ^= 1;
      }
    }
  EXPECT_EQ(count, 45);
  EXPECT_EQ(count + others, 325);
}

TEST_P(BulkCipher, AgreesWithLibsodiumOnEverySize) {
  const Bytes longest = pattern(65536);
  for (std::size_t size = 0; size <= longest.size(); size = size == 300 ? 65535 : size + 1) {
    const ByteView plain = ByteView(longest).first(size);
    const Bytes sealed = sealed_by(GetParam(), key, some_nonce, plain);
    ASSERT_EQ(sealed, sealed_by(CipherLibrary::sodium, key, some_nonce, plain)) << size;
    const auto opened = opened_by(GetParam(), key, some_nonce, sealed);
    ASSERT_TRUE(opened && equal(*opened, plain)) << size;
  }
}

TEST_P(BulkCipher, SealsAndOpensMoreThanOnceUnderOneKey) {
  BulkSealer sealer(key, GetParam());
  BulkOpener opener(key, GetParam());
  for (std::uint8_t i = 0; i < 20; ++i) {
    const AeadNonce nonce{i};
    const Bytes plain = pattern(100 + i);
    Bytes chunk = plain;
    chunk.resize(plain.size() + aead_tag_size);
    sealer.seal(nonce, chunk);
    EXPECT_EQ(chunk, sealed_by(GetParam(), key, nonce, plain));
    EXPECT_FALSE(opener.open(AeadNonce{99}, chunk)) << "a bad one must not spoil the next";
    EXPECT_TRUE(opener.open(nonce, chunk));
    EXPECT_TRUE(equal(ByteView(chunk).first(plain.size()), plain));
  }
}

TEST_P(BulkCipher, OpensUnderNoOtherKeyOrNonce) {
  const Bytes sealed = sealed_by(GetParam(), key, some_nonce, pattern(50));
  for (const std::size_t byte : {0U, 10U, 11U}) {
    AeadNonce other = some_nonce;
    other[byte] ^= 1;
    EXPECT_FALSE(opened_by(GetParam(), key, other, sealed)) << byte;
  }
  EXPECT_FALSE(opened_by(GetParam(), PayloadKey::random(), some_nonce, sealed));
}

TEST_P(BulkCipher, LeavesAChunkAsItWasWhenItsTagIsBad) {
  for (const std::size_t size : {1U, 16U, 63U, 64U, 65U, 1000U, 65536U}) {
    const Bytes good = sealed_by(GetParam(), key, some_nonce, pattern(size));
    for (const std::size_t byte : {std::size_t{0}, size - 1, size, size + 15}) {
      Bytes bad = good;
      bad[byte] ^= 1;
      Bytes chunk = bad;
      EXPECT_FALSE(BulkOpener(key, GetParam()).open(some_nonce, chunk));
      EXPECT_TRUE(chunk == bad) << size << ' ' << byte;
    }
  }
}

TEST_P(BulkCipher, AnEmptyChunkIsItsTag) {
  const Bytes tag = sealed_by(GetParam(), key, some_nonce, {});
  EXPECT_EQ(tag.size(), aead_tag_size);
  EXPECT_EQ(opened_by(GetParam(), key, some_nonce, tag), Bytes());
  EXPECT_FALSE(opened_by(GetParam(), key, some_nonce, Bytes(aead_tag_size)));
}

using BulkCipherDeathTest = BulkCipher;
INSTANTIATE_TEST_SUITE_P(By, BulkCipherDeathTest, libraries, name_of);

TEST_P(BulkCipherDeathTest, AChunkWithoutRoomForItsTagEndsTheProcess) {
  Bytes chunk(aead_tag_size - 1);
  EXPECT_DEATH(BulkSealer(key, GetParam()).seal(some_nonce, chunk), "");
  EXPECT_DEATH((void)BulkOpener(key, GetParam()).open(some_nonce, chunk), "");
}

TEST(BulkCipherLibrary, IsOpensslHereAndAllAreThere) {
  EXPECT_EQ(bulk_cipher_library(), CipherLibrary::openssl);
  for (const auto& library : {CipherLibrary::sodium, CipherLibrary::openssl, CipherLibrary::gcrypt})
    EXPECT_TRUE(library.is_available()) << library.name();
}

TEST(BulkCipherLibrary, TheFastestIsFoundOnce) {
  const auto fastest = fastest_cipher_library();
  EXPECT_TRUE(fastest.is_available());
  EXPECT_EQ(fastest_cipher_library(), fastest);
  EXPECT_EQ(age::Effort::fastest().library, fastest);
}

/// In a process whose OpenSSL offers no cipher.
[[noreturn]] void work_without_openssl() {
  if (bulk_cipher_library() != CipherLibrary::sodium || CipherLibrary::openssl.is_available()) ::_exit(1);
  if (fastest_cipher_library() == CipherLibrary::openssl) ::_exit(2);
  const Bytes plain = pattern(100);
  const auto key = age::known<PayloadKey>(pattern(32));
  Bytes chunk = plain;
  chunk.resize(plain.size() + aead_tag_size);
  BulkSealer(key).seal(some_nonce, chunk);
  if (!BulkOpener(key).open(some_nonce, chunk) || !equal(ByteView(chunk).first(100), plain)) ::_exit(3);
  try {
    const BulkSealer without_cipher(key, CipherLibrary::openssl);
  } catch (const std::runtime_error&) {
    ::_exit(0);
  }
  ::_exit(4);
}

TEST(BulkCipherLibraryDeathTest, IsLibsodiumWhereOpensslIsConfiguredWithoutTheCipher) {
  // OpenSSL reads its configuration once, so the child is this program started anew.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  ASSERT_EQ(::setenv("OPENSSL_CONF", SANDYK_TESTS_FOLDER "/crypto/openssl_base_only.cnf", 1), 0);
  EXPECT_EXIT(work_without_openssl(), testing::ExitedWithCode(0), "");
  ASSERT_EQ(::unsetenv("OPENSSL_CONF"), 0);
}

}  // namespace
}  // namespace sandyk::crypto
