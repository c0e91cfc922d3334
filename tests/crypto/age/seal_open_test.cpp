#include <gtest/gtest.h>

#include <fstream>

#include "crypto/open/age/open.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {
namespace {

const std::size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, 300000, 257 * 65536};

/// Where the payload's chunks begin.
std::size_t chunks_at(ByteView file) {
  return parse_header(file)->size + nonce_size;
}

TEST(AgeSeal, EverySizeOpensToWhatWasSealed) {
  for (const std::size_t size : sizes) {
    const Bytes plain = pattern(size);
    const auto file = seal_to_new_identities(2, plain);
    const auto opened = open_small(file.bytes, file.identities, size);
    ASSERT_TRUE(opened) << size;
    EXPECT_TRUE(equal(*opened, plain)) << size;
  }
}

TEST(AgeSeal, EveryRecipientOpensAlone) {
  for (const std::size_t recipients : {1U, 2U, 20U}) {
    const auto file = seal_to_new_identities(recipients, bytes_of("plain"));
    for (const HybridIdentity& identity : file.identities) {
      const auto opened = open_small(file.bytes, std::span(&identity, 1), 5);
      ASSERT_TRUE(opened);
      EXPECT_EQ(text_of(*opened), "plain");
    }
  }
}

TEST(AgeSeal, StanzasKeepTheOrderOfTheRecipients) {
  const auto file = seal_to_new_identities(3, {});
  const auto stanzas = parse_header(file.bytes)->stanzas;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_EQ(file.identities[i].unwrap(std::span(&stanzas[j], 1))->has_value(), i == j);
}

TEST(AgeSeal, NoTwoFilesShareStanzaNonceOrChunk) {
  const auto identity = HybridIdentity::generate();
  const std::vector<HybridRecipient> recipients = {identity.recipient()};
  const Bytes a = seal(recipients, Bytes(100)).value(), b = seal(recipients, Bytes(100)).value();
  const auto header = parse_header(a);
  EXPECT_NE(header->stanzas[0].arguments[1], parse_header(b)->stanzas[0].arguments[1]);
  EXPECT_FALSE(equal(ByteView(a).subspan(header->size, 16), ByteView(b).subspan(header->size, 16)));
  EXPECT_FALSE(equal(ByteView(a).last(116), ByteView(b).last(116)));
}

TEST(AgeSeal, TheSizeOfThePiecesDoesNotMatter) {
  const auto identity = HybridIdentity::generate();
  const std::vector<HybridRecipient> recipients = {identity.recipient()};
  const Bytes plain = pattern(200000);
  for (const std::size_t piece : {1U, 7U, 65535U, 65536U, 65537U, 199999U}) {
    Bytes sealed;
    auto sealer = Sealer::start(recipients, [&](ByteView part) {
      sealed.insert(sealed.end(), part.begin(), part.end());
      return true;
    });
    ASSERT_TRUE(sealer);
    for (ByteView left = plain; !left.empty(); left = left.subspan(std::min(piece, left.size())))
      ASSERT_TRUE(sealer->write(left.first(std::min(piece, left.size()))));
    ASSERT_TRUE(sealer->write({}));
    ASSERT_TRUE(sealer->finish());

    WipedBytes opened;
    ByteView left = sealed;
    const Source in_pieces = [&](std::span<std::uint8_t> out) -> std::optional<std::size_t> {
      const auto n = std::min({piece, out.size(), left.size()});
      std::copy_n(left.begin(), n, out.begin());
      left = left.subspan(n);
      return n;
    };
    ASSERT_TRUE(open(in_pieces, std::span(&identity, 1), sink_into(opened, plain.size())));
    EXPECT_TRUE(equal(opened, plain)) << piece;
  }
}

TEST(AgeSeal, RefusesNoneAndTooManyRecipients) {
  const auto recipient = HybridRecipient::throw_away();
  EXPECT_EQ(seal({}, {}).error(), SealFault::no_recipient);
  EXPECT_TRUE(seal(std::vector(max_recipients, recipient), {}));
  EXPECT_EQ(seal(std::vector(max_recipients + 1, recipient), {}).error(), SealFault::too_many_recipients);
}

TEST(AgeSeal, StopsWhenTheSinkSaysNo) {
  const std::vector<HybridRecipient> recipients = {HybridRecipient::throw_away()};
  for (int allowed = 0; allowed < 5; ++allowed) {  // header, nonce, two full batches, the last chunk
    int calls = 0;
    const auto result = [&]() -> tl::expected<void, SealFault> {
      auto sealer = Sealer::start(recipients, [&](ByteView) { return calls++ < allowed; });
      if (!sealer) return tl::unexpected(sealer.error());
      if (auto done = sealer->write(Bytes((2 * batch_chunks + 1) * chunk_size + 1)); !done) return done;
      return sealer->finish();
    }();
    ASSERT_FALSE(result) << allowed;
    EXPECT_EQ(result.error(), SealFault::sink);
    EXPECT_EQ(calls, allowed + 1) << "nothing more may be passed to a sink that said no";
  }
}

/// The process's largest resident size so far, in KiB.
long peak_memory() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word)
    if (word == "VmHWM:") {
      long kib = 0;
      status >> kib;
      return kib;
    }
  return -1;
}

TEST(AgeSeal, MemoryDoesNotGrowWithTheFile) {
  constexpr std::size_t size = 64U << 20;
  const auto identity = HybridIdentity::generate();
  const std::vector<HybridRecipient> recipients = {identity.recipient()};
  TemporaryFolder folder;
  const auto path = folder.path() / "sealed";
  const Bytes piece = pattern(1U << 16);
  std::ofstream out(path, std::ios::binary);
  const long before = peak_memory();
  ASSERT_GT(before, 0);
  auto sealer = Sealer::start(recipients, [&](ByteView part) {
    out.write(text_of(part).data(), static_cast<std::streamsize>(part.size()));
    return out.good();
  });
  for (std::size_t done = 0; done < size; done += piece.size()) ASSERT_TRUE(sealer->write(piece));
  ASSERT_TRUE(sealer->finish());
  out.close();

  std::ifstream in(path, std::ios::binary);
  std::size_t opened = 0;
  const Source source = [&](std::span<std::uint8_t> to) -> std::optional<std::size_t> {
    in.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
    return static_cast<std::size_t>(in.gcount());
  };
  ASSERT_TRUE(open(source, std::span(&identity, 1), [&](ByteView part) {
    opened += part.size();
    return true;
  }));
  EXPECT_EQ(opened, size);
  EXPECT_LT(peak_memory() - before, 16 * 1024) << "a quarter of the file, in KiB";
}

TEST(AgeOpen, RefusesEveryFlippedByteAndReleasesGenuineChunksOnly) {
  const Bytes plain = pattern(2 * chunk_size + 100);
  const auto file = seal_to_new_identities(2, plain);
  const std::size_t payload = chunks_at(file.bytes);
  for (std::size_t at = 0; at < file.bytes.size(); at += at < payload ? 13 : 4999) {
    Bytes bad = file.bytes;
    bad[at] ^= 1;
    WipedBytes released;
    const auto result = open(source_of(bad), file.identities, sink_into(released, plain.size()));
    ASSERT_FALSE(result) << at;
    const std::size_t good_chunks = at < payload ? 0 : (at - payload) / sealed_chunk_size;
    EXPECT_TRUE(equal(released, ByteView(plain).first(good_chunks * chunk_size))) << at;
    if (at >= payload) {
      EXPECT_EQ(result.error(), OpenFault::payload) << at;
    }
  }
}

TEST(AgeOpen, NamesTheFaultOfEachPart) {
  const auto file = seal_to_new_identities(1, bytes_of("plain"));
  const auto fault_of = [&](Bytes bytes) { return open_small(bytes, file.identities, 100).error(); };
  const std::size_t payload = chunks_at(file.bytes);
  const auto flipped = [&](std::size_t at) {
    Bytes bad = file.bytes;
    bad[at] = bad[at] == 'A' ? 'B' : 'A';
    return bad;
  };
  EXPECT_EQ(fault_of(flipped(0)), OpenFault::header);
  EXPECT_EQ(fault_of(flipped(100)), OpenFault::no_match);  // inside enc: another secret
  EXPECT_EQ(fault_of(flipped(payload - nonce_size - 44)), OpenFault::mac);
  EXPECT_EQ(fault_of(flipped(payload - 1)), OpenFault::payload);  // inside the nonce: another key
  EXPECT_EQ(fault_of(flipped(payload)), OpenFault::payload);
}

TEST(AgeOpen, ABadMacIsFatalEvenWithAnotherStanzaAhead) {
  auto file = seal_to_new_identities(1, bytes_of("plain"));
  const auto header = parse_header(file.bytes).value();
  const std::string grease = "-> x-grease\n\n";
  file.bytes.insert(file.bytes.begin() + static_cast<std::ptrdiff_t>(version_line.size() + 1), grease.begin(),
                    grease.end());
  EXPECT_EQ(open_small(file.bytes, file.identities, 100).error(), OpenFault::mac);
}

TEST(AgeOpen, RefusesAFileCutAtAnyBorder) {
  const auto file = seal_to_new_identities(1, pattern(3 * chunk_size));
  const std::size_t payload = chunks_at(file.bytes);
  const auto fault_at = [&](std::size_t size) {
    return open_small(ByteView(file.bytes).first(size), file.identities, 4 * chunk_size).error();
  };
  EXPECT_EQ(fault_at(0), OpenFault::header);
  EXPECT_EQ(fault_at(payload - nonce_size), OpenFault::header);
  EXPECT_EQ(fault_at(payload - 1), OpenFault::header);
  for (std::size_t chunk = 0; chunk < 3; ++chunk)
    for (const std::size_t beyond : {0U, 1U, 15U, 16U, 17U, 65551U})
      EXPECT_EQ(fault_at(payload + chunk * sealed_chunk_size + beyond), OpenFault::payload)
          << chunk << ' ' << beyond;
}

TEST(AgeOpen, RefusesAnythingBehindTheLastChunk) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, chunk_size}) {
    auto file = seal_to_new_identities(1, pattern(size));
    for (const std::size_t more : {std::size_t{1}, std::size_t{16}, sealed_chunk_size}) {
      Bytes longer = file.bytes;
      longer.insert(longer.end(), more, 0);
      EXPECT_EQ(open_small(longer, file.identities, 1U << 20).error(), OpenFault::payload)
          << size << ' ' << more;
    }
  }
}

TEST(AgeOpen, RefusesChunksInAnotherOrder) {
  auto file = seal_to_new_identities(1, pattern(3 * chunk_size));
  const auto first = file.bytes.begin() + static_cast<std::ptrdiff_t>(chunks_at(file.bytes));
  const auto chunk = static_cast<std::ptrdiff_t>(sealed_chunk_size);
  std::swap_ranges(first, first + chunk, first + chunk);
  EXPECT_EQ(open_small(file.bytes, file.identities, 1U << 20).error(), OpenFault::payload);
}

TEST(AgeOpen, MatchesNoKeyThatWasNotARecipient) {
  const auto file = seal_to_new_identities(2, bytes_of("plain"));
  const auto stranger = HybridIdentity::generate();
  EXPECT_EQ(open_small(file.bytes, std::span(&stranger, 1), 100).error(), OpenFault::no_match);
  EXPECT_EQ(open_small(file.bytes, {}, 100).error(), OpenFault::no_match);
}

TEST(AgeOpen, TellsAFailingSourceFromAFailingSink) {
  const auto file = seal_to_new_identities(1, bytes_of("plain"));
  const Source broken = [](std::span<std::uint8_t>) { return std::nullopt; };
  EXPECT_EQ(open(broken, file.identities, [](ByteView) { return true; }).error(), OpenFault::source);
  EXPECT_EQ(open(source_of(file.bytes), file.identities, [](ByteView) { return false; }).error(),
            OpenFault::sink);
  EXPECT_EQ(open_small(file.bytes, file.identities, 4).error(), OpenFault::sink);
  EXPECT_TRUE(open_small(file.bytes, file.identities, 5));
}

}  // namespace
}  // namespace sandyk::crypto::age
