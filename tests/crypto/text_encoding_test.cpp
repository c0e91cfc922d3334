#include "crypto/seal/text_encoding.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <optional>
#include <string>
#include <utility>

#include "crypto/seal/ids.h"

namespace sandyk::crypto {
namespace {

TEST(Hex, HasOneSpelling) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0xab, 0xff}), "00abff");
  EXPECT_EQ(from_hex("00abff"), (Bytes{0x00, 0xab, 0xff}));
  EXPECT_EQ(from_hex(""), Bytes());
  for (const char* text : {"0", "0AFF", "0g", " 00", "00 ", "0x00", "00\n"})
    EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Base64, WritesTheKnownAnswers) {  // RFC 4648, section 10
  EXPECT_EQ(to_base64(bytes_of("foob"), Base64::padded), "Zm9vYg==");
  EXPECT_EQ(to_base64(bytes_of("foob"), Base64::padless), "Zm9vYg");
  EXPECT_EQ(to_base64(Bytes{0xfb, 0xff}, Base64::padded), "+/8=");
  EXPECT_EQ(to_base64(Bytes{0xfb, 0xff}, Base64::url), "-_8");
  EXPECT_EQ(to_base64({}, Base64::padded), "");
}

TEST(Base64, ReadsWhatItWroteAtEveryLength) {
  for (const Base64 variant : {Base64::padless, Base64::padded, Base64::url})
    for (std::size_t size = 0; size < 100; ++size) {
      const Bytes bytes(size, 0xfe);
      EXPECT_EQ(from_base64(to_base64(bytes, variant), variant), bytes);
    }
}

TEST(Base64, RefusesEverySecondSpelling) {
  for (const char* text : {"Zg==", "Zg=", "Zh", "Z", "Zm9vY", "Zg\n", " Zg", "Zg ", "Z\ng", "-_8", "Zg\r"})
    EXPECT_FALSE(from_base64(text, Base64::padless)) << text;
  EXPECT_FALSE(from_base64("Zm9vYmG", Base64::padless));  // unused bits set
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zg==\n", "=", "====", "Zm9v=", "Zm9v====", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(text, Base64::padded)) << text;
  for (const char* text : {"+/8", "-_8=", "-_9"}) EXPECT_FALSE(from_base64(text, Base64::url)) << text;
  EXPECT_FALSE(from_base64(std::string_view("Zg\0", 3), Base64::padless));
}

/// By libsodium, and what it lets through beyond that is told by writing it again.
std::optional<Bytes> read_by_libsodium(const std::string& text, Base64 variant, int sodium_variant) {
  Bytes out(text.size() + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end,
                        sodium_variant) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  out.resize(size);
  return to_base64(out, variant) == text ? std::optional(out) : std::nullopt;
}

TEST(Base64, ReadsWhatLibsodiumReadsAndNothingElse) {
  constexpr std::string_view alphabet = "AZaz09+/-_==..\n";
  std::size_t read = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text(randombytes_uniform(9), 'A');
    for (char& c : text)
      c = randombytes_uniform(4) != 0 ? "AQgw"[randombytes_uniform(4)] : alphabet[randombytes_uniform(15)];
    const std::pair<Base64, int> variants[] = {{Base64::padless, sodium_base64_VARIANT_ORIGINAL_NO_PADDING},
                                               {Base64::padded, sodium_base64_VARIANT_ORIGINAL},
                                               {Base64::url, sodium_base64_VARIANT_URLSAFE_NO_PADDING}};
    for (const auto& [variant, sodium_variant] : variants) {
      const auto expected = read_by_libsodium(text, variant, sodium_variant);
      EXPECT_EQ(from_base64(text, variant), expected) << text;
      read += expected.has_value();
    }
  }
  EXPECT_GT(read, 1000U);
}

TEST(Ids, HaveOneSpelling) {
  const std::string hex(64, 'a');
  EXPECT_EQ(ReportId::parse(hex)->hex(), hex);
  EXPECT_FALSE(ReportId::parse(std::string(64, 'A')));
  EXPECT_FALSE(ReportId::parse(std::string(63, 'a')));
  EXPECT_FALSE(ReportId::parse(std::string(66, 'a')));
  EXPECT_FALSE(EpochId::parse(hex));
  EXPECT_FALSE(ReportId::parse(""));
  EXPECT_FALSE(ReportId::from(Bytes(31)));
}

TEST(Ids, AReportIsNamedByTheSha256OfItsBytes) {  // FIPS 180-2, "abc"
  constexpr std::string_view known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(report_id(bytes_of("abc")).hex(), known);
  Sha256 in_pieces;
  in_pieces.add(bytes_of("a"));
  in_pieces.add({});
  in_pieces.add(bytes_of("bc"));
  EXPECT_EQ(in_pieces.finish().hex(), known);
}

TEST(Ids, OfEpochsAreRandom) {
  EXPECT_NE(random_epoch_id(), random_epoch_id());
  static_assert(!std::is_convertible_v<Digest, ReportId> && !std::is_constructible_v<ReportId, Digest>);
}

}  // namespace
}  // namespace sandyk::crypto
