// The payload in batches: whatever library and however many threads, the bytes are the same, and of a payload
// that is not genuine nothing but whole chunks before the fault is released.
#include "crypto/open/age/payload.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <tuple>

#include "tests/crypto/age/samples.h"

namespace sandyk::crypto::age {
namespace {

PayloadKey fixed_key() {
  return known<PayloadKey>(pattern(32));
}

/// One chunk by libsodium's one-shot function, with a nonce put together here.
Bytes sealed_chunk(std::size_t counter, std::uint8_t mark, ByteView plain) {
  std::uint8_t nonce[12] = {};
  for (std::size_t i = 0; i < 4; ++i) nonce[10 - i] = static_cast<std::uint8_t>(counter >> 8 * i);
  nonce[11] = mark;
  Bytes chunk(plain.size() + 16);
  crypto_aead_chacha20poly1305_ietf_encrypt(chunk.data(), nullptr, plain.data(), plain.size(), nullptr, 0,
                                            nullptr, nonce, pattern(32).data());
  return chunk;
}

ByteView plain_chunk(ByteView plain, std::size_t piece) {
  const auto at = piece * chunk_size;
  return plain.subspan(at, std::min(chunk_size, plain.size() - at));
}

/// The payload chunk by chunk: what every library and any number of threads must come to.
std::vector<Bytes> sealed_chunks(ByteView plain) {
  const std::size_t count = std::max<std::size_t>(1, (plain.size() + chunk_size - 1) / chunk_size);
  std::vector<Bytes> chunks;
  for (std::size_t i = 0; i < count; ++i)
    chunks.push_back(sealed_chunk(i, i + 1 == count ? 1 : 0, plain_chunk(plain, i)));
  return chunks;
}

Bytes joined(const std::vector<Bytes>& chunks) {
  Bytes all;
  all.reserve(chunks.size() * sealed_chunk_size);
  for (const Bytes& chunk : chunks) all.insert(all.end(), chunk.begin(), chunk.end());
  return all;
}

Opened open_by(Effort effort, const Source& source) {
  Opened opened;
  opened.released.reserve(7U << 20);
  if (const auto done = open_payload(source, fixed_key(), into(opened.released), effort); !done)
    opened.fault = done.error();
  return opened;
}

/// A payload of 66 full chunks, made once.
constexpr std::size_t all_chunks = 66;
const Bytes& long_plain() {
  static const Bytes plain = pattern(all_chunks * chunk_size);
  return plain;
}
const std::vector<Bytes>& long_chunks() {
  static const std::vector<Bytes> chunks = sealed_chunks(long_plain());
  return chunks;
}
/// Places in it: its ends, where a crew would be called, and on both sides of each border between batches.
const std::size_t places[] = {0, 1, 7, 8, 31, 32, 33, 63, 64, 65};

/// One library, one number of threads.
class PayloadBy : public testing::TestWithParam<std::tuple<CipherLibrary, unsigned>> {
 protected:
  static Effort effort() { return {std::get<0>(GetParam()), std::get<1>(GetParam())}; }

  static Bytes sealed(ByteView plain, std::size_t piece) {
    Bytes bytes;
    PayloadSealer sealer(fixed_key(), into(bytes), effort());
    for (ByteView left = plain; !left.empty(); left = left.subspan(std::min(piece, left.size())))
      EXPECT_TRUE(sealer.write(left.first(std::min(piece, left.size()))));
    EXPECT_TRUE(sealer.finish());
    return bytes;
  }
  static Opened opened(ByteView payload) { return open_by(effort(), source_of(payload)); }

  /// `chunks` is not genuine; it must release the first `count` chunks of the plaintext and no more.
  static void expect_releases(std::size_t count, const std::vector<Bytes>& chunks) {
    const Opened result = opened(joined(chunks));
    EXPECT_EQ(result.fault, OpenFault::payload);
    EXPECT_TRUE(equal(result.released, ByteView(long_plain()).first(count * chunk_size)))
        << result.released.size() << " bytes were released, not " << count << " chunks";
  }
};

INSTANTIATE_TEST_SUITE_P(Age, PayloadBy,
                         testing::Combine(testing::Values(CipherLibrary::sodium, CipherLibrary::openssl,
                                                          CipherLibrary::gcrypt),
                                          testing::Values(1U, 2U, 5U)),
                         [](const auto& each) {
                           return std::string(std::get<0>(each.param).name()) + "With" +
                                  std::to_string(std::get<1>(each.param));
                         });

/// Plaintexts of just below, exactly and just above so many chunks: where a crew is called, and the borders
/// of one, two and three batches of 32.
std::vector<std::size_t> sizes_around_borders() {
  std::vector<std::size_t> sizes = {0, 1};
  for (const std::size_t chunks : {1U, 2U, 7U, 8U, 31U, 32U, 33U, 63U, 64U, 65U, 97U})
    for (const std::size_t size : {chunks * chunk_size - 1, chunks * chunk_size, chunks * chunk_size + 1})
      sizes.push_back(size);
  return sizes;
}

TEST_P(PayloadBy, SealsAndOpensTheSameBytesAsEveryOther) {
  const Bytes longest = pattern(98 * chunk_size);
  for (const std::size_t size : sizes_around_borders()) {
    const ByteView plain = ByteView(longest).first(size);
    const Bytes expected = joined(sealed_chunks(plain));
    ASSERT_TRUE(sealed(plain, 100'000) == expected) << size;
    const Opened whole = opened(expected);
    ASSERT_FALSE(whole.fault) << size;
    ASSERT_TRUE(equal(whole.released, plain)) << size;
  }
}

TEST_P(PayloadBy, TheSizeOfThePiecesDoesNotMatter) {
  const Bytes plain = pattern(33 * chunk_size + 1), expected = joined(sealed_chunks(plain));
  for (const std::size_t piece : {std::size_t{4097}, chunk_size, batch_chunks * chunk_size, plain.size()}) {
    EXPECT_TRUE(sealed(plain, piece) == expected) << piece;
    const Opened whole = open_by(effort(), in_pieces(expected, piece));
    EXPECT_FALSE(whole.fault) << piece;
    EXPECT_TRUE(whole.released == plain) << piece;
  }
}

TEST_P(PayloadBy, SealsWhatIsPutIntoItsOwnRoom) {
  for (const std::size_t size :
       {0UL, 1UL, chunk_size, 33 * chunk_size, 33 * chunk_size + 1, 66 * chunk_size}) {
    const ByteView plain = ByteView(long_plain()).first(size);
    Bytes sealed;
    PayloadSealer sealer(fixed_key(), into(sealed), effort());
    const Source source = in_pieces(plain, 50'000);
    while (true) {
      const auto room = sealer.room();
      ASSERT_FALSE(room.empty());
      ASSERT_LE(room.size(), chunk_size);
      const auto n = source(room).value();
      if (n == 0) break;
      sealer.filled(n);
    }
    ASSERT_TRUE(sealer.finish());
    EXPECT_TRUE(sealed == joined(sealed_chunks(plain))) << size;
  }
}

TEST_P(PayloadBy, ReleasesOnlyWhatIsBeforeADroppedChunk) {
  for (const std::size_t place : places) {
    auto chunks = long_chunks();
    chunks.erase(chunks.begin() + static_cast<std::ptrdiff_t>(place));
    SCOPED_TRACE(place);
    expect_releases(place, chunks);
  }
}

TEST_P(PayloadBy, ReleasesADuplicatedChunkOnce) {
  for (const std::size_t place : places) {
    auto chunks = long_chunks();
    chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(place), long_chunks()[place]);
    SCOPED_TRACE(place);
    expect_releases(place + 1, chunks);
  }
}

TEST_P(PayloadBy, ReleasesOnlyWhatIsBeforeSwappedChunks) {
  for (const std::size_t place : places) {
    for (const std::size_t other : {place + 1, place + batch_chunks}) {
      if (other >= all_chunks) continue;
      auto chunks = long_chunks();
      std::swap(chunks[place], chunks[other]);
      SCOPED_TRACE(std::to_string(place) + " and " + std::to_string(other));
      expect_releases(place, chunks);
    }
  }
}

TEST_P(PayloadBy, ReleasesOnlyWhatIsBeforeAChangedChunk) {
  for (const std::size_t place : places) {
    auto chunks = long_chunks();
    for (const std::size_t byte : {std::size_t{0}, sealed_chunk_size - 1}) {
      chunks[place][byte] ^= 0x80;
      SCOPED_TRACE(std::to_string(place) + " at " + std::to_string(byte));
      expect_releases(place, chunks);
      chunks[place][byte] ^= 0x80;
    }
  }
}

TEST_P(PayloadBy, ReleasesOnlyWholeChunksOfATruncatedPayload) {
  const Bytes payload = joined(long_chunks());
  for (const std::size_t place : places)
    for (const std::size_t more : {0U, 1U, 16U, 17U, 65551U}) {
      const auto cut = place * sealed_chunk_size + more;
      const Opened result = opened(ByteView(payload).first(cut));
      EXPECT_EQ(result.fault, OpenFault::payload) << cut;
      EXPECT_TRUE(equal(result.released, ByteView(long_plain()).first(place * chunk_size))) << cut;
    }
}

TEST_P(PayloadBy, ReleasesAChunkThatIsMarkedAsTheLastAndIsNotAndThenFails) {
  for (const std::size_t place : places) {
    if (place + 1 == all_chunks) continue;
    auto chunks = long_chunks();
    chunks[place] = sealed_chunk(place, 1, plain_chunk(long_plain(), place));
    SCOPED_TRACE(place);
    expect_releases(place + 1, chunks);
  }
}

TEST_P(PayloadBy, ReleasesALastChunkThatIsNotMarkedAndThenFails) {
  for (const std::size_t count : {1U, 2U, 8U, 31U, 32U, 33U, 64U, 65U, 66U}) {
    const ByteView plain = ByteView(long_plain()).first(count * chunk_size);
    auto chunks = sealed_chunks(plain);
    chunks.back() = sealed_chunk(count - 1, 0, plain_chunk(plain, count - 1));
    SCOPED_TRACE(count);
    expect_releases(count, chunks);
  }
}

TEST_P(PayloadBy, DoesNotReleaseAShortLastChunkThatIsNotMarked) {
  for (const std::size_t before : {0U, 1U, 31U, 32U, 64U}) {
    const ByteView plain = ByteView(long_plain()).first(before * chunk_size + 100);
    auto chunks = sealed_chunks(plain);
    chunks.back() = sealed_chunk(before, 0, plain_chunk(plain, before));
    SCOPED_TRACE(before);
    expect_releases(before, chunks);
  }
}

TEST_P(PayloadBy, RefusesAnEmptyLastChunkBehindOthers) {
  for (const std::size_t count : {1U, 31U, 32U, 33U, 63U, 64U, 65U}) {
    const ByteView plain = ByteView(long_plain()).first(count * chunk_size);
    auto chunks = sealed_chunks(plain);
    chunks.back() = sealed_chunk(count - 1, 0, plain_chunk(plain, count - 1));
    chunks.push_back(sealed_chunk(count, 1, {}));
    SCOPED_TRACE(count);
    expect_releases(count, chunks);
  }
}

TEST_P(PayloadBy, RefusesAnythingBehindTheLastChunk) {
  for (const std::size_t count : {1U, 31U, 32U, 64U})
    for (const std::size_t more : {std::size_t{1}, std::size_t{15}, std::size_t{16}, sealed_chunk_size}) {
      const ByteView plain = ByteView(long_plain()).first(count * chunk_size);
      auto chunks = sealed_chunks(plain);
      chunks.emplace_back(more);
      SCOPED_TRACE(std::to_string(count) + " and " + std::to_string(more));
      expect_releases(count, chunks);  // the last one is full, so it is genuine and misplaced
      chunks = sealed_chunks(plain.first(plain.size() - 1));
      chunks.emplace_back(more);
      expect_releases(count - 1, chunks);
    }
}

TEST_P(PayloadBy, RefusesAShortChunkInTheMiddle) {
  for (const std::size_t place : places) {
    if (place + 1 == all_chunks) continue;
    auto chunks = long_chunks();
    chunks[place] = sealed_chunk(place, 0, plain_chunk(long_plain(), place).first(chunk_size - 1));
    SCOPED_TRACE(place);
    expect_releases(place, chunks);
  }
}

TEST_P(PayloadBy, OpensAnEmptyPayloadOfOneEmptyChunkOnly) {
  EXPECT_EQ(opened(sealed_chunk(0, 1, {})), (Opened{std::nullopt, {}}));
  EXPECT_EQ(opened(sealed_chunk(0, 0, {})), (Opened{OpenFault::payload, {}}));
  EXPECT_EQ(opened({}), (Opened{OpenFault::payload, {}}));
}

TEST_P(PayloadBy, PassesNothingMoreToASinkThatSaidNo) {
  const Bytes payload = joined(long_chunks());
  for (const std::size_t allowed : places) {
    std::size_t calls = 0;
    const auto done = open_payload(
        source_of(payload), fixed_key(), [&](ByteView) { return calls++ < allowed; }, effort());
    ASSERT_FALSE(done) << allowed;
    EXPECT_EQ(done.error(), OpenFault::sink) << allowed;
    EXPECT_EQ(calls, allowed + 1);
  }
  for (const std::size_t allowed : {0U, 1U, 2U}) {  // two batches and the rest
    std::size_t calls = 0;
    PayloadSealer sealer(
        fixed_key(), [&](ByteView) { return calls++ < allowed; }, effort());
    EXPECT_FALSE(sealer.write(long_plain()) && sealer.finish()) << allowed;
    EXPECT_EQ(calls, allowed + 1);
  }
}

TEST_P(PayloadBy, ASourceThatFailsIsTheFaultAndIsNotAskedAgain) {
  const Bytes payload = joined(long_chunks());
  for (const std::size_t place : places)
    for (const std::size_t cut : {place * sealed_chunk_size, place * sealed_chunk_size + 1000}) {
      const Source inner = breaking_after(ByteView(payload).first(cut));
      int failures = 0;
      const Source source = [&](std::span<std::uint8_t> out) {
        const auto n = inner(out);
        if (!n) ++failures;
        return n;
      };
      const Opened result = open_by(effort(), source);
      EXPECT_EQ(result.fault, OpenFault::source) << cut;
      EXPECT_EQ(failures, 1) << cut;
      EXPECT_EQ(result.released.size() % chunk_size, 0U) << cut;
      EXPECT_LE(result.released.size(), place * chunk_size) << cut;
      EXPECT_TRUE(equal(result.released, ByteView(long_plain()).first(result.released.size()))) << cut;
    }
}

struct Thrown : std::exception {};

TEST_P(PayloadBy, WhatTheSourceThrowsReachesTheCaller) {
  const Bytes payload = joined(long_chunks());
  for (int allowed = 0; allowed < 45; allowed += 4) {
    const Source inner = in_pieces(payload, 100'000);  // 44 pieces
    int calls = 0;
    const Source source = [&](std::span<std::uint8_t> out) {
      if (calls++ == allowed) throw Thrown();
      return inner(out);
    };
    EXPECT_THROW((void)open_by(effort(), source), Thrown) << allowed;
  }
}

TEST_P(PayloadBy, WhatTheSinkThrowsReachesTheCaller) {
  const Bytes payload = joined(long_chunks());
  for (const std::size_t allowed : places) {
    std::size_t calls = 0;
    const Sink sink = [&](ByteView) -> bool {
      if (calls++ == allowed) throw Thrown();
      return true;
    };
    EXPECT_THROW((void)open_payload(source_of(payload), fixed_key(), sink, effort()), Thrown) << allowed;
    if (allowed > 2) continue;
    calls = 0;
    PayloadSealer sealer(fixed_key(), sink, effort());
    EXPECT_THROW((void)(sealer.write(long_plain()) && sealer.finish()), Thrown) << allowed;
  }
}

TEST_P(PayloadBy, ASealerMayBeLeftWithItsWorkUnfinished) {
  for (const std::size_t chunks : {0U, 1U, 32U, 33U, 65U}) {
    Bytes sealed;
    {
      PayloadSealer sealer(fixed_key(), into(sealed), effort());
      EXPECT_TRUE(sealer.write(ByteView(long_plain()).first(chunks * chunk_size)));
    }
    EXPECT_LE(sealed.size(), chunks * sealed_chunk_size);
    EXPECT_EQ(sealed.size() % (batch_chunks * sealed_chunk_size), 0U) << "only whole batches, and no end";
  }
}

TEST_P(PayloadBy, CallsSourceAndSinkOnTheCallersThreadOnly) {
  const auto caller = std::this_thread::get_id();
  std::size_t elsewhere = 0, calls = 0;
  const auto note = [&] {
    ++calls;
    if (std::this_thread::get_id() != caller) ++elsewhere;
  };
  Bytes payload;
  PayloadSealer sealer(
      fixed_key(),
      [&](ByteView part) {
        note();
        return into(payload)(part);
      },
      effort());
  ASSERT_TRUE(sealer.write(long_plain()) && sealer.finish());
  const Source inner = in_pieces(payload, 70'000);
  const Source source = [&](std::span<std::uint8_t> out) {
    note();
    return inner(out);
  };
  const Sink sink = [&](ByteView) {
    note();
    return true;
  };
  ASSERT_TRUE(open_payload(source, fixed_key(), sink, effort()));
  EXPECT_GT(calls, 3U + payload.size() / 70'000 + all_chunks);
  EXPECT_EQ(elsewhere, 0U);
}

TEST(Payload, AChunksNonceIsItsBigEndianNumberAndItsMark) {
  EXPECT_EQ(chunk_nonce(0, false), (AeadNonce{}));
  EXPECT_EQ(chunk_nonce(1, true), (AeadNonce{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}));
  EXPECT_EQ(chunk_nonce(0x0102030405060708, true), (AeadNonce{0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1}));
  EXPECT_EQ(chunk_nonce(0xff00000000000000, false), (AeadNonce{0, 0, 0, 0xff, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Payload, ItsEffortIsBoundedByDefault) {
  EXPECT_GE(Effort().threads, 1U);
  EXPECT_LE(Effort().threads, 8U);
  EXPECT_EQ(Effort().library, bulk_cipher_library());
}

}  // namespace
}  // namespace sandyk::crypto::age
