#include "crypto/open/age/armor.h"

#include <gtest/gtest.h>

#include "crypto/seal/age/armor.h"
#include "tests/crypto/age/samples.h"

namespace sandyk::crypto::age {
namespace {

const std::string begin = "-----BEGIN AGE ENCRYPTED FILE-----\n", end = "-----END AGE ENCRYPTED FILE-----\n";

/// The armor of `binary`, told apart from the code under test: one base64 text, broken after 64 characters.
std::string armored(ByteView binary) {
  const std::string base64 = to_base64(binary, Base64::padded);
  std::string text = begin;
  for (std::size_t at = 0; at < base64.size(); at += 64) text += base64.substr(at, 64) + "\n";
  return text + end;
}

std::string written(ByteView binary, std::size_t piece) {
  Bytes text;
  ArmorWriter writer(into(text));
  for (ByteView left = binary; !left.empty(); left = left.subspan(std::min(piece, left.size())))
    if (!writer.write(left.first(std::min(piece, left.size())))) return "the sink said no";
  return writer.finish() ? std::string(text_of(text)) : "the sink said no";
}

/// What the reader makes of a text.
struct Read {
  std::optional<Bytes> binary;
  bool is_malformed;
};

Read read(const Source& text, std::size_t most = 1U << 20) {
  ArmorReader reader(text);
  Bytes binary(most);
  const auto n = fill(std::ref(reader), binary);
  if (!n) return {std::nullopt, reader.is_malformed()};
  binary.resize(*n);
  return {binary, reader.is_malformed()};
}

bool refuses(std::string_view text) {
  const Read result = read(source_of(bytes_of(text)));
  return !result.binary && result.is_malformed;
}

bool accepts(std::string_view text, ByteView binary) {
  const Read result = read(source_of(bytes_of(text)));
  return result.binary && equal(*result.binary, binary) && !result.is_malformed;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("the good text does not hold this");
  return text.replace(at, from.size(), to);
}

/// Three lines: 64 characters, 64 characters, 36 with one of padding.
class ArmorText : public testing::Test {
 protected:
  Bytes binary = pattern(122);
  std::string good = armored(binary);
  std::string first = good.substr(begin.size(), 64), second = good.substr(begin.size() + 65, 64),
              last = good.substr(begin.size() + 130, 36);
};

const std::size_t sizes[] = {0, 1, 2, 3, 47, 48, 49, 95, 96, 97, 144, 1000, 65536, 65552};

TEST(ArmorWriter, WritesTheSameTextWhateverThePieces) {
  for (const std::size_t size : sizes) {
    const Bytes binary = pattern(size);
    for (const std::size_t piece : {1U, 7U, 47U, 48U, 49U, 96U, 100U, 70000U})
      ASSERT_EQ(written(binary, piece), armored(binary)) << size << ' ' << piece;
  }
}

TEST(ArmorWriter, WritesNoEmptyLastLine) {
  EXPECT_EQ(written({}, 1), begin + end);
  EXPECT_EQ(written(Bytes(48), 1), begin + std::string(64, 'A') + "\n" + end);
  EXPECT_EQ(written(Bytes(49), 1), begin + std::string(64, 'A') + "\nAA==\n" + end);
}

TEST(ArmorWriter, SaysNoWhenTheSinkDoes) {
  for (int allowed = 0; allowed < 3; ++allowed) {
    int calls = 0;
    ArmorWriter writer([&](ByteView) { return calls++ < allowed; });
    EXPECT_EQ(writer.write(Bytes(100)), allowed > 0);
    if (allowed == 0) continue;
    EXPECT_EQ(writer.write(Bytes(100)), allowed > 1);
    if (allowed == 1) continue;
    EXPECT_FALSE(writer.finish());
  }
  ArmorWriter nothing_written([](ByteView) { return false; });
  EXPECT_FALSE(nothing_written.finish());
}

TEST(ArmorReader, ReadsEverySizeWhateverThePieces) {
  for (const std::size_t size : sizes) {
    const Bytes binary = pattern(size);
    const std::string text = armored(binary);
    for (const std::size_t piece : {1U, 7U, 64U, 65U, 4095U, 4096U, 4097U, 100000U}) {
      const Read result = read(in_pieces(bytes_of(text), piece), size + 1);
      ASSERT_TRUE(result.binary) << size << ' ' << piece;
      ASSERT_EQ(*result.binary, binary) << size << ' ' << piece;
    }
  }
}

TEST_F(ArmorText, IsReadIntoBuffersOfAnySize) {
  for (const std::size_t room : {1U, 5U, 47U, 48U, 49U, 200U}) {
    const Source text = source_of(bytes_of(good));
    ArmorReader reader(text);
    Bytes read, part(room);
    while (const auto n = reader(part)) {
      if (*n == 0) break;
      read.insert(read.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(*n));
    }
    EXPECT_EQ(read, binary) << room;
    EXPECT_EQ(reader(part), 0U) << "the end stays the end";
  }
}

TEST_F(ArmorText, MayEndItsLinesInCrLf) {
  std::string dos;
  for (const char c : good) dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_TRUE(accepts(dos, binary));
  EXPECT_TRUE(accepts(replaced(good, "\n", "\r\n"), binary));
  EXPECT_TRUE(accepts(dos.substr(0, dos.size() - 2), binary));
  EXPECT_TRUE(accepts(dos.substr(0, dos.size() - 1), binary));
}

TEST_F(ArmorText, TakesOneCrBeforeALineEndAndNoOther) {
  EXPECT_TRUE(refuses(replaced(good, first + "\n", first + "\r\r\n")));
  EXPECT_TRUE(refuses(replaced(good, first + "\n", first + "\r")));
  EXPECT_TRUE(refuses(replaced(good, first + "\n", first + "\n\r")));
  EXPECT_TRUE(refuses(replaced(good, first + "\n", first + "\n\r\n")));
  EXPECT_TRUE(refuses(replaced(good, first, first.substr(0, 30) + "\r" + first.substr(30))));
  EXPECT_TRUE(refuses(replaced(good, first, "\r" + first)));
  std::string mac;
  for (const char c : good) mac += c == '\n' ? '\r' : c;
  EXPECT_TRUE(refuses(mac));
}

TEST_F(ArmorText, MayLackItsLastLineEnd) {
  EXPECT_TRUE(accepts(good.substr(0, good.size() - 1), binary));
}

TEST_F(ArmorText, HasAShortLineOnlyAtItsEnd) {
  EXPECT_TRUE(refuses(replaced(good, first, first.substr(0, 60))));
  EXPECT_TRUE(refuses(replaced(good, first, first.substr(0, 62) + "==")));
  EXPECT_TRUE(refuses(replaced(good, second, second.substr(0, 4))));
  EXPECT_TRUE(refuses(replaced(good, last, last + "\nAAAA")));
  EXPECT_TRUE(refuses(replaced(good, last, last.substr(0, 32) + "\n" + last.substr(32))));
}

TEST_F(ArmorText, HasNoLongLine) {
  EXPECT_TRUE(refuses(replaced(good, first + "\n", first + "AAAA\n")));
  EXPECT_TRUE(refuses(replaced(good, first + "\n", first)));
  EXPECT_TRUE(refuses(replaced(good, first + "\n" + second + "\n", first + second)));
  const std::string endless = begin + std::string(10000, 'A') + "\n" + end;
  for (const std::size_t piece : {1U, 64U, 1025U, 4096U})
    EXPECT_TRUE(read(in_pieces(bytes_of(endless), piece)).is_malformed) << piece;
}

TEST_F(ArmorText, HasNoEmptyLine) {
  EXPECT_TRUE(refuses(replaced(good, first, "\n" + first)));
  EXPECT_TRUE(refuses(replaced(good, second, "\n" + second)));
  EXPECT_TRUE(refuses(replaced(good, end, "\n" + end)));
  EXPECT_TRUE(refuses(begin + "\n" + end));
  EXPECT_TRUE(
      refuses(replaced(armored(Bytes(48)), end, "\n" + end)));  // the end of a stanza's body, not of armor
}

TEST_F(ArmorText, HoldsCanonicalBase64WithItsPadding) {
  ASSERT_TRUE(last.ends_with('='));
  const std::string unpadded = last.substr(0, 35);
  for (const std::string& bad :
       {unpadded, last + "=",
        unpadded + "\n=", last.substr(0, 34) + "B=", last.substr(0, 34) + "-=", "=" + last.substr(1),
        last.substr(0, 16) + "=" + last.substr(17), last + "AAAA", last.substr(0, 35) + "A\n=abcd"})
    EXPECT_TRUE(refuses(replaced(good, last, bad))) << bad;
  EXPECT_TRUE(accepts(begin + "AA==\n" + end, Bytes(1)));
  EXPECT_TRUE(accepts(begin + "AAA=\n" + end, Bytes(2)));
  for (const char* bad :
       {"AB==", "AP==", "AAB=", "AAD=", "AA=", "AA", "A===", "AAA", "A", "====", "AA==AA==", "AA=A"})
    EXPECT_TRUE(refuses(begin + bad + "\n" + end)) << bad;
}

TEST_F(ArmorText, HoldsNothingButBase64) {
  for (const char bad : {' ', '\t', '\v', '\f', '\0', '-', '_', '!', '.', '\x7f', '\x80', '\xc3'})
    for (const std::size_t at : {0U, 31U, 63U}) {
      std::string line = first;
      line[at] = bad;
      EXPECT_TRUE(refuses(replaced(good, first, line))) << static_cast<int>(bad) << ' ' << at;
      line = first;
      EXPECT_TRUE(refuses(replaced(good, first, line.insert(at, 1, bad))))
          << static_cast<int>(bad) << ' ' << at;
    }
  for (const char* bad : {" ", "\t", "  "}) {
    EXPECT_TRUE(refuses(replaced(good, last + "\n", last + bad + "\n")));
    EXPECT_TRUE(refuses(replaced(good, "\n" + last, std::string("\n") + bad + last)));
    EXPECT_TRUE(refuses(replaced(good, second, bad)));
  }
  EXPECT_TRUE(refuses(replaced(good, first, "Version: 1\n\n" + first)));  // as PGP and PEM have
  EXPECT_TRUE(refuses(replaced(good, end, "=twTO\n" + end)));
}

TEST_F(ArmorText, HasItsOwnBeginAndEnd) {
  for (const std::string bad :
       {"", "-----BEGIN AGE ENCRYPTED FILE----\n", "-----BEGIN AGE ENCRYPTED FILE------\n",
        "-----begin age encrypted file-----\n", "-----BEGIN AGE ENCRYPTED FILES-----\n",
        "-----BEGIN AGE  ENCRYPTED FILE-----\n", "-----BEGIN PGP MESSAGE-----\n",
        "-----BEGIN AGE ENCRYPTED FILE----- \n", " -----BEGIN AGE ENCRYPTED FILE-----\n",
        "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----\n"})
    EXPECT_TRUE(refuses(replaced(good, begin, bad))) << bad;
  for (const std::string bad :
       {"", "\n", "-----END AGE ENCRYPTED FILE----\n", "-----END AGE ENCRYPTED FILE------\n",
        "-----end age encrypted file-----\n", "-----END AGE ENCRYPTED FILES-----\n",
        "-----END PGP MESSAGE-----\n", "-----END AGE ENCRYPTED FILE----- \n",
        " -----END AGE ENCRYPTED FILE-----\n", "-----END", "-----BEGIN AGE ENCRYPTED FILE-----\n"}) {
    EXPECT_TRUE(refuses(replaced(good, end, bad))) << bad;
    EXPECT_TRUE(refuses(replaced(armored(Bytes(48)), end, bad))) << bad;
  }
  EXPECT_TRUE(refuses(begin + good));
}

TEST_F(ArmorText, StandsAmongNothingButWhiteSpace) {
  EXPECT_TRUE(refuses("x\n" + good));
  EXPECT_TRUE(refuses("x" + good));
  EXPECT_TRUE(refuses("\n\nhello\n" + good));
  EXPECT_TRUE(refuses(good + "x"));
  EXPECT_TRUE(refuses(good + "x\n"));
  EXPECT_TRUE(refuses(good + "\n \n\tx"));
  EXPECT_TRUE(refuses(good + good));
  EXPECT_TRUE(refuses(good + end));
  EXPECT_TRUE(refuses(good + std::string(1, '\0')));
  EXPECT_TRUE(refuses("\xef\xbb\xbf" + good));
  EXPECT_TRUE(refuses(""));
  EXPECT_TRUE(refuses(" \n\t\r\n"));
}

TEST_F(ArmorText, MayHaveWhiteSpaceAroundUpToAKibibyte) {
  EXPECT_TRUE(accepts("\n \t\r \n\r\n" + good + "\n\r\n \t \n", binary));
  EXPECT_TRUE(accepts(std::string(1024, '\n') + good, binary));
  EXPECT_TRUE(refuses(std::string(1025, '\n') + good));
  EXPECT_TRUE(accepts(std::string(1023, ' ') + "\n" + good, binary));
  EXPECT_TRUE(refuses(std::string(1024, ' ') + "\n" + good));
  EXPECT_TRUE(refuses(std::string(5000, ' ') + "\n" + good));
  std::string dos;
  for (int i = 0; i < 512; ++i) dos += "\r\n";
  EXPECT_TRUE(accepts(dos + good, binary));
  EXPECT_TRUE(refuses(dos + "\n" + good));
  // Behind the block the end of the text counts as one.
  for (const char space : {' ', '\t', '\n'}) {
    EXPECT_TRUE(accepts(good + std::string(1023, space), binary));
    EXPECT_TRUE(refuses(good + std::string(1024, space)));
    EXPECT_TRUE(refuses(good + std::string(5000, space)));
  }
  EXPECT_TRUE(accepts(good + dos.substr(2), binary));
  EXPECT_TRUE(refuses(good + dos));
}

TEST_F(ArmorText, IsCutShortAtEveryLength) {
  for (std::size_t size = 0; size < good.size() - 1; ++size)
    EXPECT_TRUE(refuses(std::string_view(good).substr(0, size))) << size;
}

TEST_F(ArmorText, ThatCannotBeReadIsNotMalformed) {
  for (std::size_t size = 0; size <= good.size(); ++size) {
    const Read result = read(breaking_after(bytes_of(good).first(size)));
    EXPECT_FALSE(result.binary) << size;
    EXPECT_FALSE(result.is_malformed) << size;
  }
}

/// The same through open(): which fault the caller hears of.
class ArmoredFile : public testing::Test {
 protected:
  std::vector<Identity> identities;
  Bytes plain = pattern(1000), binary;
  std::string text;

  void SetUp() override {
    const auto identity = X25519Identity::generate();
    binary = seal_to(list_of<Recipient>(identity.recipient()), plain);
    text = armored(binary);
    identities.push_back(parse_identity(text_of(identity.text().expose())).value());
  }
  Opened opened(std::string_view file, Encoding encoding) const {
    return open_with(identities, source_of(bytes_of(file)), {encoding});
  }
  std::optional<OpenFault> fault(std::string_view file, Encoding encoding) const {
    return opened(file, encoding).fault;
  }
};

TEST_F(ArmoredFile, OpensAsArmorAndAsEither) {
  const Opened whole{std::nullopt, plain};
  EXPECT_EQ(opened(text, Encoding::armor), whole);
  EXPECT_EQ(opened(text, Encoding::either), whole);
  EXPECT_EQ(opened("\n \r\n" + text + "\n", Encoding::either), whole);
  EXPECT_EQ(opened(std::string(1024, '\n') + text, Encoding::either), whole);
  EXPECT_EQ(opened(text_of(binary), Encoding::either), whole);
  EXPECT_EQ(opened(text_of(binary), Encoding::binary), whole);
}

TEST_F(ArmoredFile, IsNotBinaryNorTheOtherWayRound) {
  EXPECT_EQ(fault(text, Encoding::binary), OpenFault::header);
  EXPECT_EQ(fault(text_of(binary), Encoding::armor), OpenFault::armor);
}

TEST_F(ArmoredFile, IsToldFromGarbageByItsDashes) {
  for (const std::string_view garbage : {"", " ", "\n\n", "garbage", "----", "----BEGIN", "AGE"})
    EXPECT_EQ(fault(garbage, Encoding::either), OpenFault::header) << garbage;
  for (const std::string_view armor : {"-----", "\n -----BEGIN", "-----BEGIN PGP MESSAGE-----\n"})
    EXPECT_EQ(fault(armor, Encoding::either), OpenFault::armor) << armor;
  for (const std::string_view any : {"", "\n", "garbage", "-----"})
    EXPECT_EQ(fault(any, Encoding::armor), OpenFault::armor) << any;
  EXPECT_EQ(fault("\n" + std::string(text_of(binary)), Encoding::either), OpenFault::header);
}

TEST_F(ArmoredFile, ABadTextIsTheFaultAndReleasesNothing) {
  const Opened nothing{OpenFault::armor, {}};
  for (const Encoding encoding : {Encoding::armor, Encoding::either}) {
    EXPECT_EQ(opened(text + "x", encoding), nothing);
    EXPECT_EQ(opened(text.substr(0, text.size() - 2), encoding), nothing);
    EXPECT_EQ(opened(replaced(text, end, ""), encoding), nothing);
    EXPECT_EQ(opened(text.substr(0, 200) + " " + text.substr(200), encoding), nothing);
  }
}

TEST_F(ArmoredFile, AGoodTextOfABadFileIsNotAnArmorFault) {
  EXPECT_EQ(fault(armored({}), Encoding::armor), OpenFault::header);
  EXPECT_EQ(fault(armored(bytes_of("age-encryption.org/v2\n")), Encoding::either), OpenFault::header);
  EXPECT_EQ(fault(armored(ByteView(binary).first(binary.size() - 1)), Encoding::either), OpenFault::payload);
  identities.clear();
  EXPECT_EQ(fault(text, Encoding::either), OpenFault::no_match);
}

TEST_F(ArmoredFile, ThatCannotBeReadIsAFaultOfTheSource) {
  for (const Encoding encoding : {Encoding::armor, Encoding::either})
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const Source source = breaking_after(bytes_of(text).first(size));
      ASSERT_EQ(open_with(identities, source, {encoding}), (Opened{OpenFault::source, {}})) << size;
    }
}

TEST_F(ArmoredFile, OpensInPiecesOfAnySize) {
  for (const std::size_t piece : {1U, 7U, 4095U, 4096U, 4097U})
    for (const Encoding encoding : {Encoding::armor, Encoding::either})
      EXPECT_EQ(open_with(identities, in_pieces(bytes_of(text), piece), {encoding}),
                (Opened{std::nullopt, plain}))
          << piece;
}

}  // namespace
}  // namespace sandyk::crypto::age
