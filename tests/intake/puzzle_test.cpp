// The admission puzzle at a whole intake: what a reporter sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/seal/puzzle_solver.h"
#include "tests/intake/site.h"

namespace sandyk::intake {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

PuzzleSettings asking(std::uint32_t floor) {
  return {floor, [] { return 0.0; }};
}

std::string ask(const Site& site, const std::string& request) {
  Client client(site.port());
  client.send(request);
  return client.read_all();
}

const std::string get_puzzle = "GET /puzzle HTTP/1.1\r\nHost: a\r\n\r\n";

crypto::Puzzle puzzle_of(const Site& site) {
  const std::string answer = ask(site, get_puzzle);
  return crypto::parse_puzzle(crypto::bytes_of(answer.substr(answer.find("\r\n\r\n") + 4))).value();
}

std::string solution_for(const Site& site, const crypto::Bytes& sealed) {
  const auto puzzle = puzzle_of(site);
  const auto nonce =
      crypto::solve_puzzle(puzzle.seed, crypto::report_id(sealed), puzzle.effort, 2, [](unsigned) {});
  return "Sandyk-Puzzle: " + crypto::write_puzzle_solution({puzzle.slot, puzzle.effort, nonce.value()}) +
         "\r\n";
}

/// The answer to a PUT with these header lines.
std::string put(const Site& site, const crypto::Bytes& sealed, const std::string& lines = "") {
  Client client(site.port());
  client.send(put_head(sealed, site.week(), lines));
  client.send(sealed);
  return client.read_answer();
}

TEST(PuzzleAtTheFront, IsAskedByNobodyWhenCalm) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(0)});
  EXPECT_EQ(puzzle_of(site).effort, 0U);
  EXPECT_EQ(site.put(sealed_report(site.keys())), 201);
}

TEST(PuzzleAtTheFront, TellsWhoFindsNoRoomToWorkAndHasRoomForWhoDid) {
  Limits limits;
  limits.memory = sealed_report(testing::TestSite::make()).size() + 1000;  // the last eighth is not for all
  Site site({0, 1}, limits, {}, {.puzzle = asking(0)});
  const auto sealed = sealed_report(site.keys());
  EXPECT_EQ(puzzle_of(site).effort, 0U);
  EXPECT_THAT(put(site, sealed), AllOf(HasSubstr("HTTP/1.1 503"), HasSubstr("\"error\":\"puzzle\"")));
  EXPECT_EQ(puzzle_of(site).effort, 64U);
  EXPECT_EQ(status_of_answer(put(site, sealed, solution_for(site, sealed))), 201);
}

TEST(PuzzleAtTheFront, IsTheSameBytesForEverybody) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(64)});
  const std::string answer = ask(site, get_puzzle);
  EXPECT_THAT(answer, AllOf(HasSubstr("HTTP/1.1 200 OK\r\n"), HasSubstr("Cache-Control: no-store"),
                            Not(HasSubstr("Date:"))));
  // Unless a half hour ends just here.
  const auto first = puzzle_of(site), second = puzzle_of(site);
  EXPECT_TRUE(first == second || first.slot != second.slot);
  EXPECT_THAT(ask(site, "PUT /puzzle HTTP/1.1\r\nHost: a\r\n\r\n"), HasSubstr("HTTP/1.1 405"));
}

TEST(PuzzleAtTheFront, RefusesAReportWithoutOneBeforeItsBodyIsSent) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(64)});
  Client client(site.port());
  client.send(put_head(sealed_report(site.keys()), site.week()));
  EXPECT_THAT(client.read_all(), AllOf(HasSubstr("HTTP/1.1 503"), HasSubstr("\"error\":\"puzzle\""),
                                       HasSubstr("GET /puzzle"), HasSubstr("\r\nRetry-After: ")));
}

TEST(PuzzleAtTheFront, TakesASolvedReportAndAnswersAReplayTheSame) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(64)});
  const auto sealed = sealed_report(site.keys());
  const auto solution = solution_for(site, sealed);
  const std::string first = put(site, sealed, solution);
  EXPECT_EQ(status_of_answer(first), 201);
  EXPECT_EQ(put(site, sealed, solution), first);
}

TEST(PuzzleAtTheFront, SaysGoOnOnlyWhenTheSolutionIsVerified) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(64)});
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  Client client(site.port());
  client.send(put_head(sealed, site.week(), solution_for(site, sealed) + "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(sealed);
  EXPECT_EQ(status_of_answer(client.read_answer()), 201);
}

TEST(PuzzleAtTheFront, TakesFurtherReportsOnTheSameConnection) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(64)});
  Client client(site.port());
  for (int i = 0; i < 2; ++i) {
    const auto sealed = sealed_report(site.keys());
    client.send(put_head(sealed, site.week(), solution_for(site, sealed)));
    client.send(sealed);
    EXPECT_EQ(status_of_answer(client.read_answer()), 201);
  }
}

TEST(PuzzleAtTheFront, RefusesTheSolutionOfAnotherReport) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(64)});
  const auto solution = solution_for(site, sealed_report(site.keys()));
  EXPECT_THAT(put(site, sealed_report(site.keys()), solution), HasSubstr("\"error\":\"puzzle\""));
}

TEST(PuzzleAtTheFront, ClosesTheConnectionOfAFailedVerification) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(64)});
  const auto sealed = sealed_report(site.keys());
  const auto puzzle = puzzle_of(site);
  const crypto::PuzzleProof proof(puzzle.seed, crypto::report_id(sealed), puzzle.effort);
  std::string wrong;
  for (std::uint32_t n = 0; wrong.empty(); ++n) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < 4; ++i)
      bytes[i] = bytes[4 + i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
    const crypto::PuzzleNonce nonce(bytes);
    if (!crypto::proves(proof.of(nonce), puzzle.effort)) continue;
    if (crypto::solves_puzzle(puzzle.seed, crypto::report_id(sealed), puzzle.effort, nonce))
      continue;  // by chance
    wrong = "Sandyk-Puzzle: " + crypto::write_puzzle_solution({puzzle.slot, puzzle.effort, nonce}) + "\r\n";
  }
  for (int i = 0; i < 2; ++i) {  // verified, then known
    Client client(site.port());
    client.send(put_head(sealed, site.week(), wrong));
    EXPECT_THAT(client.read_all(), AllOf(HasSubstr("HTTP/1.1 400"), HasSubstr("\"error\":\"puzzle-wrong\""),
                                         HasSubstr("Connection: close")));
  }
}

TEST(PuzzleAtTheFront, RefusesAnotherSpellingAndAHeaderThatStandsTwice) {
  Site site({0, 1}, {}, {}, {.puzzle = asking(64)});
  const auto sealed = sealed_report(site.keys());
  const auto solution = solution_for(site, sealed);
  EXPECT_THAT(put(site, sealed, "Sandyk-Puzzle: 0" + solution.substr(15)),
              HasSubstr("\"error\":\"puzzle-malformed\""));
  EXPECT_THAT(put(site, sealed, solution + solution), HasSubstr("\"error\":\"duplicate\""));
}

TEST(PuzzleAtTheFront, StopsWhileASolutionIsBeingVerified) {
  Limits limits;
  limits.puzzle_threads = 0;
  limits.stop = std::chrono::milliseconds(50);
  Site site({0, 1}, limits, {}, {.puzzle = asking(64)});
  const auto sealed = sealed_report(site.keys());
  Client client(site.port());
  client.send(put_head(sealed, site.week(), solution_for(site, sealed)));
  site.stop();
  EXPECT_EQ(client.read_all(), "");
}

}  // namespace
}  // namespace sandyk::intake
