// What holds for any age file: several hundred of them from fixed seeds, and every single bit of small ones.
#include <gtest/gtest.h>

#include <random>

#include "crypto/open/age/armor.h"
#include "crypto/seal/age/armor.h"
#include "crypto/seal/age/header_mac.h"
#include "tests/crypto/age/samples.h"

namespace sandyk::crypto::age {
namespace {

/// The same numbers in every run.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : engine_(seed) {}
  /// 0 to n - 1.
  std::size_t below(std::size_t n) { return engine_() % n; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(below(256)); }
  Bytes bytes(std::size_t n) {
    Bytes all(n);
    for (std::uint8_t& b : all) b = byte();
    return all;
  }

 private:
  std::mt19937_64 engine_;
};

Stanza any_stanza(Numbers& numbers) {
  Stanza stanza{{}, numbers.bytes(numbers.below(200))};
  const auto arguments = 1 + numbers.below(5);
  while (stanza.arguments.size() < arguments) {
    std::string argument(1 + numbers.below(80), ' ');
    for (char& c : argument) c = static_cast<char>(0x21 + numbers.below(0x7f - 0x21));
    stanza.arguments.push_back(std::move(argument));
  }
  return stanza;
}

bool are_alike(const std::vector<Stanza>& a, const std::vector<Stanza>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Stanza& x, const Stanza& y) {
    return x.arguments == y.arguments && x.body == y.body;
  });
}

TEST(AgeProperty, AHeaderIsReadAsItWasWritten) {
  Numbers numbers(1);
  for (int i = 0; i < 500; ++i) {
    std::vector<Stanza> stanzas;
    const auto count = 1 + numbers.below(i % 10 == 0 ? max_stanzas : 5);
    while (stanzas.size() < count) stanzas.push_back(any_stanza(numbers));
    const auto key = known<FileKey>(numbers.bytes(file_key_size));
    const std::string text = write_header(stanzas, key);
    const std::string file = text + "payload";
    const auto header = parse_header(bytes_of(file));
    ASSERT_TRUE(header) << text;
    EXPECT_EQ(header->size, text.size());
    EXPECT_EQ(header->mac, header_mac(key, header->authenticated));
    ASSERT_TRUE(are_alike(header->stanzas, stanzas)) << text;
  }
}

TEST(AgeProperty, AHeaderThatIsReadIsWrittenInTheSameBytes) {
  Numbers numbers(2);
  int taken = 0;
  for (int i = 0; i < 4000; ++i) {
    std::string text = write_header({any_stanza(numbers), any_stanza(numbers)}, FileKey::random());
    const auto at = numbers.below(text.size());
    switch (numbers.below(3)) {
      case 0:
        text[at] = static_cast<char>(numbers.byte());
        break;
      case 1:
        text.erase(at, 1);
        break;
      case 2:
        text.insert(at, 1, text[numbers.below(text.size())]);
        break;
    }
    const auto header = parse_header(bytes_of(text));
    if (!header) continue;
    ++taken;
    ASSERT_EQ(write_unauthenticated(header->stanzas), text_of(header->authenticated));
  }
  EXPECT_GT(taken, 400);
  EXPECT_LT(taken, 3600);
}

/// What the reader makes of a text.
std::optional<Bytes> unarmored(ByteView text) {
  const Source source = source_of(text);
  ArmorReader reader(source);
  Bytes binary(text.size());
  const auto n = fill(std::ref(reader), binary);
  if (!n) return std::nullopt;
  binary.resize(*n);
  return binary;
}

Bytes armored(ByteView binary) {
  Bytes text;
  ArmorWriter writer(into(text));
  EXPECT_TRUE(writer.write(binary) && writer.finish());
  return text;
}

TEST(AgeProperty, AnArmoredTextThatIsReadIsWrittenInTheSameBytes) {
  const Bytes text = armored(pattern(100));
  int taken = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    for (unsigned byte = 0; byte < 256; ++byte) {
      Bytes changed = text;
      changed[at] = static_cast<std::uint8_t>(byte);
      const auto binary = unarmored(changed);
      if (!binary) continue;
      ++taken;
      if (at + 1 == text.size()) changed.back() = '\n';  // CR ends the last line as well
      ASSERT_EQ(text_of(armored(*binary)), text_of(changed)) << at << ' ' << byte;
    }
  EXPECT_GT(taken, 128 * 64) << "nearly every other letter of base64 is good too";
}

/// Recipients of one type, and what opens them among strangers.
struct Party {
  std::vector<Recipient> recipients;
  std::vector<Identity> identities;
};

Party any_party(Numbers& numbers) {
  Party party;
  const auto count = 1 + numbers.below(4);
  const auto holder = numbers.below(count);
  const auto type = numbers.below(3);
  party.identities.emplace_back(X25519Identity::generate());
  party.identities.emplace_back(HybridIdentity::generate());
  for (std::size_t i = 0; i < count; ++i) {
    if (type == 0) {
      auto identity = HybridIdentity::generate();
      party.recipients.emplace_back(identity.recipient());
      if (i == holder) party.identities.emplace_back(std::move(identity));
    } else if (type == 1) {
      auto identity = X25519Identity::generate();
      party.recipients.emplace_back(identity.recipient());
      if (i == holder) party.identities.emplace_back(std::move(identity));
    } else if (i == 0) {
      const Bytes passphrase = numbers.bytes(1 + numbers.below(40));
      party.recipients.emplace_back(
          ScryptRecipient(SecretText(passphrase), static_cast<unsigned>(1 + numbers.below(6))));
      party.identities.emplace_back(ScryptIdentity(SecretText(passphrase)));
    }
  }
  return party;
}

std::size_t any_size(Numbers& numbers) {
  switch (numbers.below(8)) {
    case 0:
      return numbers.below(3) * chunk_size + numbers.below(3);
    case 1:
      return numbers.below(4 * chunk_size);
    case 2:
      return numbers.below(20) == 0 ? numbers.below(70 * chunk_size) : 0;
    default:
      return numbers.below(2000);
  }
}

Effort any_effort(Numbers& numbers) {
  const CipherLibrary libraries[] = {CipherLibrary::sodium, CipherLibrary::openssl, CipherLibrary::gcrypt};
  return {libraries[numbers.below(3)], static_cast<unsigned>(1 + numbers.below(5))};
}

TEST(AgeProperty, WhatIsSealedOpensToTheSameBytes) {
  Numbers numbers(3);
  for (int i = 0; i < 400; ++i) {
    const Party party = any_party(numbers);
    const Bytes plain = pattern(any_size(numbers));
    const bool is_armored = numbers.below(2) == 0;
    Bytes file;
    ArmorWriter armor(into(file));
    const Sink sink = is_armored ? [&](ByteView part) { return armor.write(part); } : into(file);
    const Source source = in_pieces(plain, 1 + numbers.below(3 * chunk_size));
    ASSERT_TRUE(seal(source, party.recipients, sink, any_effort(numbers))) << i;
    ASSERT_TRUE(!is_armored || armor.finish()) << i;

    const Encoding said = is_armored ? Encoding::armor : Encoding::binary;
    const Encoding encoding = numbers.below(2) == 0 ? Encoding::either : said;
    const Source sealed = in_pieces(file, 1 + numbers.below(3 * chunk_size));
    const Opened opened = open_with(party.identities, sealed, {encoding, any_effort(numbers)});
    ASSERT_FALSE(opened.fault) << i << ": " << sentence(*opened.fault);
    ASSERT_TRUE(opened.released == plain) << i;
  }
}

/// One small file and who opens it.
struct Small {
  std::vector<Identity> identities;
  Bytes file, plain;
  std::size_t header_size = 0;

  std::optional<OpenFault> fault_of(ByteView changed) const {
    const Opened opened = open_with(identities, source_of(changed));
    EXPECT_TRUE(opened.released.empty() || !opened.fault) << "something of a bad file was released";
    return opened.fault;
  }
};

template <class Mine>
Small small_file(std::string_view text) {
  Small small;
  auto identity = Mine::generate();
  small.plain.assign(text.begin(), text.end());
  small.file = seal_to(list_of<Recipient>(identity.recipient()), small.plain);
  small.header_size = parse_header(small.file)->size;
  small.identities.emplace_back(std::move(identity));
  return small;
}

/// Flips each bit in turn. Behind the header only one fault can come of it.
void expect_every_flip_refused(const Small& small) {
  ASSERT_FALSE(small.fault_of(small.file));
  Bytes file = small.file;
  for (std::size_t at = 0; at < file.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      file[at] ^= static_cast<std::uint8_t>(1U << bit);
      const auto fault = small.fault_of(file);
      ASSERT_TRUE(fault) << "byte " << at << " bit " << bit;
      const bool is_of_header =
          *fault == OpenFault::header || *fault == OpenFault::no_match || *fault == OpenFault::mac;
      ASSERT_TRUE(at < small.header_size ? is_of_header : *fault == OpenFault::payload)
          << "byte " << at << " bit " << bit << ": " << sentence(*fault);
      file[at] = small.file[at];
    }
}

/// Cuts the file at each length in turn.
void expect_every_cut_refused(const Small& small) {
  for (std::size_t size = 0; size < small.file.size(); ++size) {
    const auto expected = size < small.header_size + nonce_size ? OpenFault::header : OpenFault::payload;
    ASSERT_EQ(small.fault_of(ByteView(small.file).first(size)), expected) << size;
  }
}

TEST(AgeProperty, EveryFlippedBitOfAHybridFileIsRefused) {
  expect_every_flip_refused(small_file<HybridIdentity>("Two hundred people saw it, and I have the lists."));
}

TEST(AgeProperty, EveryFlippedBitOfAClassicFileIsRefused) {
  expect_every_flip_refused(small_file<X25519Identity>("Two hundred people saw it, and I have the lists."));
}

TEST(AgeProperty, EveryFlippedBitOfAnEmptyFileIsRefused) {
  expect_every_flip_refused(small_file<X25519Identity>(""));
}

TEST(AgeProperty, EveryCutOfASmallFileIsRefused) {
  expect_every_cut_refused(small_file<HybridIdentity>("plain"));
  expect_every_cut_refused(small_file<X25519Identity>("plain"));
  expect_every_cut_refused(small_file<X25519Identity>(""));
}

TEST(AgeProperty, EveryByteBehindTheEndIsRefused) {
  for (const std::string_view text : {std::string_view("plain"), std::string_view()}) {
    const Small small = small_file<X25519Identity>(text);
    for (int byte = 0; byte < 256; ++byte) {
      Bytes longer = small.file;
      longer.push_back(static_cast<std::uint8_t>(byte));
      ASSERT_EQ(small.fault_of(longer), OpenFault::payload) << byte;
    }
  }
}

TEST(AgeProperty, AFlippedBitReleasesOnlyTheChunksBefore) {
  Numbers numbers(4);
  auto identity = X25519Identity::generate();
  const Bytes plain = pattern(2 * chunk_size + 1000);
  const Bytes file = seal_to(list_of<Recipient>(identity.recipient()), plain);
  const auto identities = list_of<Identity>(std::move(identity));
  const std::size_t start = parse_header(file)->size + nonce_size;
  for (int i = 0; i < 300; ++i) {
    Bytes bad = file;
    const auto at = numbers.below(file.size());
    bad[at] ^= static_cast<std::uint8_t>(1U << numbers.below(8));
    const Opened opened = open_with(identities, source_of(bad), {Encoding::binary, any_effort(numbers)});
    ASSERT_TRUE(opened.fault) << at;
    const std::size_t before = at < start ? 0 : (at - start) / sealed_chunk_size;
    ASSERT_TRUE(equal(opened.released, ByteView(plain).first(before * chunk_size))) << at;
  }
}

}  // namespace
}  // namespace sandyk::crypto::age
