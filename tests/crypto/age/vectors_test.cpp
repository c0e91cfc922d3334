// The public vectors of the age format (tests/vectors/age), every one of them, whatever their names.
#include <gtest/gtest.h>

#include <map>

#include "crypto/open/age/armor.h"
#include "crypto/seal/age/armor.h"
#include "crypto/seal/age/header.h"
#include "tests/crypto/age/vector_file.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {
namespace {

std::vector<VectorFile> all_vectors() {
  std::vector<VectorFile> list;
  std::string why;
  for (const auto& path : vector_files(std::filesystem::path(SANDYK_TESTS_FOLDER) / "vectors/age"))
    list.push_back(VectorFile::read(path, why).value());
  return list;
}

std::map<std::string, int> passed(CipherLibrary library) {
  std::map<std::string, int> count;
  for (const VectorFile& v : all_vectors()) {
    EXPECT_EQ(v.unknown_key, "") << v.name;
    const auto fault = fault_of(v, open_vector(v, library));
    EXPECT_EQ(fault, "") << v.name << ' ' << v.comment;
    if (fault.empty()) ++count[v.expect];
  }
  return count;
}

const std::map<std::string, int> all_of_them = {{"success", 13},        {"armor failure", 14},
                                                {"header failure", 36}, {"no match", 10},
                                                {"HMAC failure", 1},    {"payload failure", 12}};

TEST(AgeVectors, EveryVectorHasTheResultItNamesByLibsodium) {
  EXPECT_EQ(passed(CipherLibrary::sodium), all_of_them);
}

TEST(AgeVectors, EveryVectorHasTheResultItNamesByOpenssl) {
  ASSERT_TRUE(CipherLibrary::openssl.is_available());
  EXPECT_EQ(passed(CipherLibrary::openssl), all_of_them);
}

TEST(AgeVectors, EveryVectorHasTheResultItNamesByLibgcrypt) {
  ASSERT_TRUE(CipherLibrary::gcrypt.is_available());
  EXPECT_EQ(passed(CipherLibrary::gcrypt), all_of_them);
}

TEST(AgeVectors, TheHeaderOfEveryOpenableBinaryVectorIsReadAndWrittenAlike) {
  for (const VectorFile& v : all_vectors()) {
    if (v.is_armored || v.expect == "header failure") continue;
    const auto header = parse_header(v.file);
    ASSERT_TRUE(header) << v.name;
    EXPECT_EQ(write_unauthenticated(header->stanzas), text_of(header->authenticated)) << v.name;
  }
}

TEST(AgeVectors, EveryGoodArmorIsReadAndWrittenAlike) {
  int count = 0;
  for (const VectorFile& v : all_vectors()) {
    if (!v.is_armored || v.expect == "armor failure") continue;
    ++count;
    const Source source = source_of(v.file);
    ArmorReader reader(source);
    Bytes binary(1U << 20);
    const auto n = fill(std::ref(reader), binary);
    ASSERT_TRUE(n) << v.name;
    std::string text;
    ArmorWriter writer([&](ByteView part) {
      text += text_of(part);
      return true;
    });
    ASSERT_TRUE(writer.write(ByteView(binary).first(*n)) && writer.finish());
    std::string expected(text_of(v.file));
    if (!expected.ends_with('\n')) expected += '\n';
    EXPECT_EQ(text, expected) << v.name;
  }
  EXPECT_GT(count, 3);
}

}  // namespace
}  // namespace sandyk::crypto::age
