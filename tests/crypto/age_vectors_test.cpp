// The public vectors of the age format (tests/vectors/age), every one of them, whatever their names.
#include <gtest/gtest.h>
#include <zlib.h>

#include <map>
#include <optional>

#include "crypto/open/age_open.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {
namespace {

struct Vector {
  std::string name, expect, payload, comment;
  std::vector<std::string> identities, passphrases;
  bool is_armored = false;
  bool is_compressed = false;
  bool has_unknown_key = false;
  Bytes file;
};

Bytes inflated(ByteView bytes) {
  Bytes out(32U << 20);
  uLongf size = out.size();
  if (uncompress(out.data(), &size, bytes.data(), bytes.size()) != Z_OK) throw std::runtime_error("zlib");
  out.resize(size);
  return out;
}

Vector read_vector(const std::filesystem::path& path) {
  Vector v;
  v.name = path.filename().string();
  const Bytes bytes = read_file(path, 32U << 20).value();
  Reader reader(bytes);
  for (auto line = reader.take_line().value(); !line.empty(); line = reader.take_line().value()) {
    const auto colon = line.find(": ");
    const auto key = line.substr(0, colon);
    const std::string value(line.substr(colon + 2));
    if (key == "expect")
      v.expect = value;
    else if (key == "payload")
      v.payload = value;
    else if (key == "comment")
      v.comment = value;
    else if (key == "identity")
      v.identities.push_back(value);
    else if (key == "passphrase")
      v.passphrases.push_back(value);
    else if (key == "armored")
      v.is_armored = true;
    else if (key == "compressed")
      v.is_compressed = true;
    else if (key != "file key")
      v.has_unknown_key = true;
  }
  v.file = Bytes(reader.left().begin(), reader.left().end());
  if (v.is_compressed) v.file = inflated(v.file);
  return v;
}

std::vector<Vector> all_vectors() {
  std::vector<Vector> list;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(SANDYK_TESTS_FOLDER) / "vectors/age"))
    if (entry.path().filename() != "README.md") list.push_back(read_vector(entry.path()));
  return list;
}

/// This version opens binary files with hybrid identities and passphrases.
bool can_judge(const Vector& v) {
  if (v.is_armored) return false;
  for (const std::string& identity : v.identities)
    if (!identity.starts_with(identity_hrp)) return false;
  return true;
}

std::string word_of(const tl::expected<void, OpenFault>& result) {
  if (result) return "success";
  switch (result.error()) {
    case OpenFault::header:
      return "header failure";
    case OpenFault::no_match:
      return "no match";
    case OpenFault::mac:
      return "HMAC failure";
    case OpenFault::payload:
      return "payload failure";
    case OpenFault::source:
    case OpenFault::sink:
    case OpenFault::too_costly:
      return "another fault";
  }
  std::abort();
}

/// Offers everything the vector has, in its order.
tl::expected<void, OpenFault> open_vector(const Vector& v, const Sink& sink) {
  if (v.passphrases.empty()) {
    std::vector<HybridIdentity> identities;
    for (const std::string& text : v.identities) identities.push_back(HybridIdentity::parse(text).value());
    return open(source_of(v.file), identities, sink);
  }
  tl::expected<void, OpenFault> result;
  for (const std::string& text : v.passphrases) {
    result = open(source_of(v.file), secret(text), sink);
    if (result || result.error() != OpenFault::no_match) break;
  }
  return result;
}

TEST(AgeVectors, EveryVectorOfThisVersionHasTheResultItNames) {
  for (const Vector& v : all_vectors()) {
    if (!can_judge(v)) continue;
    SCOPED_TRACE(v.name + " " + v.comment);
    Sha256 released;
    std::size_t size = 0;
    const auto result = open_vector(v, [&](ByteView part) {
      released.add(part);
      size += part.size();
      return true;
    });
    EXPECT_EQ(word_of(result), v.expect);
    if (v.payload.empty())
      EXPECT_EQ(size, 0U);
    else
      EXPECT_EQ(released.finish().hex(), v.payload);
  }
}

TEST(AgeVectors, TheHeaderOfEveryOpenableBinaryVectorIsReadAndWrittenAlike) {
  for (const Vector& v : all_vectors()) {
    if (v.is_armored || v.expect == "header failure") continue;
    SCOPED_TRACE(v.name + " " + v.comment);
    const auto header = parse_header(v.file);
    ASSERT_TRUE(header);
    EXPECT_EQ(write_unauthenticated(header->stanzas), text_of(header->authenticated));
  }
}

TEST(AgeVectors, NoneIsPassedOverUncounted) {
  std::map<std::string, int> count;
  for (const Vector& v : all_vectors()) {
    EXPECT_FALSE(v.has_unknown_key) << v.name;
    ++count["all"];
    if (can_judge(v))
      ++count["judged: " + v.expect];
    else if (v.is_armored)
      ++count["later: armor"];
    else if (v.expect != "header failure")
      ++count["later: X25519, header read"];
    // A header failure is either against the grammar, refused here and now, or for the X25519 identity to
    // find.
    else if (!parse_header(v.file))
      ++count["later: X25519, refused by the grammar"];
    else
      ++count["later: X25519, header failure beyond the grammar"];
  }
  const std::map<std::string, int> expected = {
      {"all", 86},
      {"judged: success", 2},
      {"judged: header failure", 16},
      {"judged: no match", 7},
      {"later: armor", 20},
      {"later: X25519, header read", 22},
      {"later: X25519, refused by the grammar", 11},
      {"later: X25519, header failure beyond the grammar", 8},
  };
  EXPECT_EQ(count, expected);
}

}  // namespace
}  // namespace sandyk::crypto::age
