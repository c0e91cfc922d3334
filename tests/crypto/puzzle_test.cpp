#include "crypto/seal/puzzle.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "crypto/seal/puzzle_solver.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

struct Vector {
  PuzzleSeed seed;
  ReportId report;
  std::uint32_t effort;
  PuzzleNonce nonce;
  std::uint32_t value;
  Digest proof;
};

std::vector<Vector> puzzle_vectors() {
  std::vector<Vector> all;
  const Json list = vectors("puzzle.json").at("vectors");
  for (const Json& v : list)
    all.push_back(
        {PuzzleSeed::parse(v.at("seed").get<std::string>()).value(),
         ReportId::parse(v.at("report").get<std::string>()).value(), v.at("effort").get<std::uint32_t>(),
         PuzzleNonce::parse(v.at("nonce").get<std::string>()).value(), v.at("value").get<std::uint32_t>(),
         Digest::parse(v.at("proof").get<std::string>()).value()});
  return all;
}

const SolvingProgress quietly = [](unsigned) {};

/// The same with its bit `bit` turned.
template <class SomeId>
SomeId turned(const SomeId& id, std::size_t bit) {
  Bytes bytes(id.bytes().begin(), id.bytes().end());
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1 << bit % 8);
  return SomeId::from(bytes).value();
}

void append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

const Puzzle some_puzzle{982345, *PuzzleSeed::parse(std::string(64, 'a')), 128, 64};

/// `some_puzzle` as a file, with one text in it replaced.
std::string file_with(const std::string& old, const std::string& now) {
  std::string text = write_puzzle(some_puzzle);
  const auto at = text.find(old);
  if (at == std::string::npos) throw std::logic_error(old + " is not in " + text);
  return text.replace(at, old.size(), now);
}

}  // namespace

TEST(Puzzle, AcceptsTheSolutionsOfTheVectors) {
  const auto all = puzzle_vectors();
  ASSERT_EQ(all.size(), 4U);
  for (const Vector& v : all) {
    EXPECT_EQ(PuzzleProof(v.seed, v.report, v.effort).of(v.nonce), v.proof);
    EXPECT_EQ(costly_value(v.seed, v.report, v.nonce), v.value);
    EXPECT_TRUE(solves_puzzle(v.seed, v.report, v.effort, v.nonce));
  }
}

TEST(Puzzle, TheVectorsAreWhatTheFormatsSay) {
  const std::string domain = "sandyk/puzzle/1\n";
  const auto all = puzzle_vectors();
  ASSERT_EQ(all.size(), 4U);
  for (const Vector& v : all) {
    Bytes cheap(domain.begin(), domain.end()), costly;
    append(cheap, v.seed.bytes());
    append(cheap, v.report.bytes());
    append(cheap, Bytes{0, 0, static_cast<std::uint8_t>(v.effort >> 8), static_cast<std::uint8_t>(v.effort)});
    append(cheap, v.nonce.bytes());
    Bytes proof(32), derived(32);
    ASSERT_EQ(EVP_Digest(cheap.data(), cheap.size(), proof.data(), nullptr, EVP_sha256(), nullptr), 1);
    EXPECT_EQ(to_hex(proof), v.proof.hex());

    append(costly, v.seed.bytes());
    append(costly, v.report.bytes());
    append(costly, v.nonce.bytes().first(4));
    ASSERT_EQ(crypto_pwhash_argon2id(derived.data(), 32, reinterpret_cast<const char*>(costly.data()),
                                     costly.size(), reinterpret_cast<const std::uint8_t*>(domain.data()), 1,
                                     1024 * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13),
              0);
    EXPECT_EQ(std::stoull(to_hex(ByteView(derived).first(4)), nullptr, 16), v.value);
  }
}

TEST(Puzzle, TheSolverFindsTheVectorsOnAnyNumberOfThreads) {
  for (const Vector& v : puzzle_vectors())
    for (const unsigned threads : {1U, 3U})
      EXPECT_EQ(solve_puzzle(v.seed, v.report, v.effort, threads, quietly), v.nonce);
}

TEST(Puzzle, TheSolverTellsHowFarItIsAndNeverGoesBack) {
  const Vector v = puzzle_vectors().at(3);
  unsigned last = 0, told = 0;
  ASSERT_TRUE(solve_puzzle(v.seed, v.report, v.effort, 2, [&](unsigned percent) {
    EXPECT_GE(percent, last);
    EXPECT_LT(percent, 100U);
    last = percent;
    ++told;
  }));
  EXPECT_GT(told, 1U);
}

TEST(Puzzle, IsBoundToSeedReportEffortAndNonce) {
  const Vector v = puzzle_vectors().at(0);
  for (const std::size_t bit : {0U, 7U, 255U}) {
    EXPECT_FALSE(solves_puzzle(turned(v.seed, bit), v.report, v.effort, v.nonce)) << bit;
    EXPECT_FALSE(solves_puzzle(v.seed, turned(v.report, bit), v.effort, v.nonce)) << bit;
    EXPECT_NE(costly_value(turned(v.seed, bit), v.report, v.nonce), v.value) << bit;
    EXPECT_NE(costly_value(v.seed, turned(v.report, bit), v.nonce), v.value) << bit;
  }
  for (std::size_t bit = 0; bit < 64; ++bit)
    EXPECT_FALSE(solves_puzzle(v.seed, v.report, v.effort, turned(v.nonce, bit))) << bit;
  EXPECT_FALSE(solves_puzzle(v.seed, v.report, v.effort + 1, v.nonce));
}

TEST(Puzzle, TakesNothingForAnEffortThatThereIsNot) {
  const Vector v = puzzle_vectors().at(0);
  EXPECT_TRUE(solves_puzzle(v.seed, v.report, 0, v.nonce));
  for (const std::uint32_t effort : {1U, least_effort - 1, most_effort + 1, 0xFFFFFFFFU}) {
    EXPECT_FALSE(solves_puzzle(v.seed, v.report, effort, v.nonce));
    EXPECT_FALSE(solve_puzzle(v.seed, v.report, effort, 1, quietly));
  }
}

TEST(Puzzle, TheBoundsAreExact) {
  EXPECT_TRUE(meets_effort(0x03FFFFFF, 64));
  EXPECT_FALSE(meets_effort(0x04000000, 64));
  const auto proof = [](std::string_view first) {
    return Digest::parse(std::string(first) + std::string(64 - first.size(), 'f')).value();
  };
  EXPECT_TRUE(proves(proof("00003fff"), 64));  // 18 bits at the least effort
  EXPECT_FALSE(proves(proof("00004000"), 64));
  EXPECT_FALSE(proves(proof("00003fff"), 65));
  EXPECT_TRUE(proves(proof("0000003f"), most_effort));
  EXPECT_FALSE(proves(proof("00000040"), most_effort));
}

TEST(PuzzleSolution, HasOneSpelling) {
  const Json file = vectors("puzzle.json");
  for (const Json& entry : file.at("solutions")) {
    const auto text = entry.get<std::string>();
    const auto solution = parse_puzzle_solution(text);
    ASSERT_TRUE(solution) << text;
    EXPECT_EQ(write_puzzle_solution(*solution), text);
  }
  ASSERT_GT(file.at("not_solutions").size(), 20U);
  for (const Json& entry : file.at("not_solutions"))
    EXPECT_FALSE(parse_puzzle_solution(entry.get<std::string>())) << entry;
}

TEST(PuzzleFile, IsReadAsItWasWritten) {
  EXPECT_EQ(parse_puzzle(bytes_of(write_puzzle(some_puzzle))), some_puzzle);
}

TEST(PuzzleFile, IsRefusedWhenAnyPartIsNotAsItShould) {
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"puzzle/1", "puzzle/2"},
      {"982345", "-1"},
      {"982345", "\"982345\""},
      {"982345", "10000000000"},
      {"qqqq", "qqq"},
      {"\"effort\": 128", "\"effort\": 63"},
      {"\"effort\": 128", "\"effort\": 16385"},
      {"\"effort\": 128", "\"effort\": 0"},  // below its floor
      {"\"floor\": 64", "\"floor\": 1"},
      {"\"floor\": 64", "\"floor\": 129"},
      {"\"floor\": 64", "\"floor\": 64, \"time\": 1"},
      {"\"slot\"", "\"slots\""},
  };
  for (const auto& [old, now] : changes)
    EXPECT_FALSE(parse_puzzle(bytes_of(file_with(old, now)))) << old << " -> " << now;
  EXPECT_FALSE(parse_puzzle(bytes_of(write_puzzle(some_puzzle) + std::string(5000, ' '))));
}

}  // namespace sandyk::crypto
