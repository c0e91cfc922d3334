#include "intake/puzzle_gate.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "crypto/seal/puzzle_solver.h"
#include "intake/admission.h"

namespace sandyk::intake {
namespace {

using Verdict = PuzzleCheck::Verdict;
constexpr std::uint64_t small = 20'000;

const crypto::ReportId report = crypto::report_id(crypto::bytes_of("a report"));
const crypto::ReportId another = crypto::report_id(crypto::bytes_of("another report"));

std::string code_of(const Answer& answer) {
  return crypto::Json::parse(answer.body).at("error");
}

/// A gate whose half hours pass when the test says so, and what a reporter does before it.
class PuzzleGateTest : public ::testing::Test {
 protected:
  explicit PuzzleGateTest(std::uint32_t floor = 64)
      : gate_({floor, [this] { return budget_used_; }, [this] { return slot_; }}) {}

  crypto::Puzzle puzzle() const {
    return crypto::parse_puzzle(crypto::bytes_of(gate_.puzzle().body)).value();
  }

  crypto::PuzzleSolution solution(const crypto::ReportId& id = report, std::uint32_t effort = 64) const {
    const auto nonce = crypto::solve_puzzle(puzzle().seed, id, effort, 1, [](unsigned) {});
    return {puzzle().slot, effort, nonce.value()};
  }

  auto judge(std::optional<std::string> header, const crypto::ReportId& id = report,
             std::uint64_t length = small) {
    Head head{};
    head.method = Method::put;
    head.path = std::string(reports_path) + id.hex();
    head.puzzle = std::move(header);
    return gate_.judge(7, head, length, now_);
  }
  auto judge(const crypto::PuzzleSolution& shown, const crypto::ReportId& id = report) {
    return judge(crypto::write_puzzle_solution(shown), id);
  }
  /// The refusal's code; empty when there is none.
  template <class Judged>
  static std::string refusal(const Judged& judged) {
    return judged ? "" : code_of(judged.error());
  }

  double budget_used_ = 0;
  std::uint64_t slot_ = 1000;
  TimePoint now_ = Clock::now();
  PuzzleGate gate_;
};

/// Where the operator asks for nothing.
class CalmGateTest : public PuzzleGateTest {
 protected:
  CalmGateTest() : PuzzleGateTest(0) {}
};

/// Proves work by SHA-256, and by nothing else.
crypto::PuzzleSolution bogus(const crypto::PuzzleSeed& seed, const crypto::PuzzleSolution& right) {
  const crypto::PuzzleProof proof(seed, report, right.effort);
  for (std::uint32_t n = 0;; ++n) {
    std::array<std::uint8_t, 8> bytes{};  // both halves change: chance may have it that one of them is right
    for (std::size_t i = 0; i < 4; ++i)
      bytes[i] = bytes[4 + i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
    const crypto::PuzzleNonce nonce(bytes);
    if (!crypto::proves(proof.of(nonce), right.effort)) continue;
    if (!crypto::meets_effort(crypto::costly_value(seed, report, nonce), right.effort))
      return {right.slot, right.effort, nonce};
  }
}

TEST_F(CalmGateTest, LetsEverythingPassAndStillRefusesAnotherSpelling) {
  EXPECT_EQ(puzzle().effort, 0U);
  EXPECT_TRUE(judge(std::nullopt) && !*judge(std::nullopt));
  EXPECT_TRUE(judge("1:64:0000000000000000") && !*judge("1:64:0000000000000000"));  // nobody asked
  EXPECT_EQ(refusal(judge("1:64:000000000000000A")), "puzzle-malformed");
}

TEST_F(CalmGateTest, FollowsLoadOnceASecond) {
  gate_.follow(1.0, now_);
  EXPECT_EQ(gate_.effort().asked, 64U);
  gate_.follow(1.0, now_ + std::chrono::milliseconds(999));
  EXPECT_EQ(gate_.effort().asked, 64U);
  gate_.follow(1.0, now_ + std::chrono::milliseconds(1000));
  EXPECT_EQ(gate_.effort().asked, 128U);
  EXPECT_EQ(refusal(judge(std::nullopt)), "puzzle");
}

TEST_F(CalmGateTest, FollowsTheBudget) {
  budget_used_ = 0.6;
  gate_.follow(0, now_);
  EXPECT_EQ(puzzle().effort, 128U);
  EXPECT_EQ(puzzle().floor, 128U);
  EXPECT_EQ(refusal(judge(solution(report, 127))), "puzzle");
  EXPECT_EQ(refusal(judge(solution(report, 128))), "");
}

TEST_F(PuzzleGateTest, SaysTheSameToEverybodyAndNothingFinerThanTheSlot) {
  const Answer first = gate_.puzzle();
  EXPECT_EQ(first.body, gate_.puzzle().body);
  EXPECT_EQ(puzzle().slot, slot_);
  slot_ += 1;
  EXPECT_NE(first.body, gate_.puzzle().body);
}

TEST_F(PuzzleGateTest, HasASolutionVerifiedAndThenLetsItsReportPass) {
  const auto judged = judge(solution());
  ASSERT_TRUE(judged && *judged);
  PuzzleCheck check = **judged;
  EXPECT_EQ(check.connection, 7U);
  EXPECT_EQ(check.rank, 64U);
  check.verdict = Verdict::right;
  EXPECT_FALSE(gate_.conclude(check));
}

TEST_F(PuzzleGateTest, RefusesWhatIsOfAnotherReportSlotSeedOrEffort) {
  const auto good = solution();
  EXPECT_EQ(refusal(judge(good, another)), "puzzle");
  auto changed = good;
  changed.effort = 65;
  EXPECT_EQ(refusal(judge(changed)), "puzzle");
  changed = good;
  changed.slot -= 1;
  EXPECT_EQ(refusal(judge(changed)), "puzzle");
  changed.slot += 2;
  EXPECT_EQ(refusal(judge(changed)), "puzzle");
  PuzzleGate restarted({64, [] { return 0.0; }, [this] { return slot_; }});
  Head head{};
  head.method = Method::put;
  head.path = std::string(reports_path) + report.hex();
  head.puzzle = crypto::write_puzzle_solution(good);
  EXPECT_EQ(refusal(restarted.judge(1, head, small, now_)), "puzzle");
  EXPECT_EQ(refusal(judge(good)), "");  // and it was this that mattered
}

TEST_F(PuzzleGateTest, TakesTheSlotBeforeThisOneAndNoOlder) {
  const auto good = solution();
  slot_ += 1;
  EXPECT_EQ(refusal(judge(good)), "");
  slot_ += 1;
  EXPECT_EQ(refusal(judge(good)), "puzzle");
}

TEST_F(PuzzleGateTest, RefusesWhatProvedWrongWithoutASecondLook) {
  const auto wrong = bogus(puzzle().seed, solution());
  const auto judged = judge(wrong);
  ASSERT_TRUE(judged && *judged);
  PuzzleCheck check = **judged;
  check.verdict = Verdict::wrong;
  const auto answer = gate_.conclude(check);
  ASSERT_TRUE(answer);
  EXPECT_EQ(code_of(*answer), "puzzle-wrong");
  EXPECT_EQ(refusal(judge(wrong)), "puzzle-wrong");
}

TEST_F(PuzzleGateTest, VerifiesAReplayAgainAndOneThatComesTooOftenLast) {
  const auto good = solution();
  for (int i = 0; i < 9; ++i) EXPECT_EQ((*judge(good))->rank, 64U) << i;
  EXPECT_EQ((*judge(good))->rank, 0U);
}

TEST_F(PuzzleGateTest, KeepsOnePlaceInTenForSmallReportsWithoutASolution) {
  EXPECT_EQ(refusal(judge(std::nullopt)), "puzzle");
  for (int i = 0; i < 9; ++i) {
    PuzzleCheck check = **judge(solution(crypto::report_id(crypto::bytes_of(std::to_string(i)))),
                                crypto::report_id(crypto::bytes_of(std::to_string(i))));
    check.verdict = Verdict::right;
    EXPECT_FALSE(gate_.conclude(check));
  }
  EXPECT_EQ(refusal(judge(std::nullopt, report, largest_in_memory + 1)), "puzzle");
  EXPECT_EQ(refusal(judge(std::nullopt, report, largest_in_memory)), "");
  EXPECT_EQ(refusal(judge(std::nullopt)), "puzzle");
}

TEST_F(PuzzleGateTest, SaysThePuzzleAgainToWhomOthersHavePushedOut) {
  PuzzleCheck check = **judge(solution());
  check.verdict = Verdict::pushed_out;
  const auto answer = gate_.conclude(check);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(code_of(*answer), "puzzle");
  EXPECT_GT(answer->retry_after, 0U);
}

/// What so many finished checks are, in the order in which they were.
std::vector<PuzzleCheck> finished(PuzzleVerifiers& verifiers, std::size_t count) {
  std::vector<PuzzleCheck> all;
  while (all.size() < count) {
    pollfd event{verifiers.finished_fd(), POLLIN, 0};
    if (::poll(&event, 1, 60'000) != 1) break;
    for (const auto& check : verifiers.take_finished()) all.push_back(check);
  }
  return all;
}

TEST_F(PuzzleGateTest, TheVerifiersTellRightFromWrong) {
  const auto good = solution();
  PuzzleVerifiers verifiers(2, 10);
  ASSERT_TRUE(verifiers.submit(**judge(good)));
  ASSERT_TRUE(verifiers.submit(**judge(bogus(puzzle().seed, good))));
  std::map<std::string, Verdict> verdicts;
  for (const auto& check : finished(verifiers, 2)) verdicts[check.solution.nonce.hex()] = check.verdict;
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(verdicts.at(good.nonce.hex()), Verdict::right);
  verdicts.erase(good.nonce.hex());
  EXPECT_EQ(verdicts.begin()->second, Verdict::wrong);
}

TEST_F(PuzzleGateTest, AFullQueueOfVerifiersPushesOutTheLowestForAHigherOne) {
  PuzzleCheck check = **judge(solution());
  PuzzleVerifiers verifiers(0, 2);  // nobody works
  const auto submit = [&](std::uint64_t connection, std::uint32_t rank) {
    check.connection = connection;
    check.rank = rank;
    return verifiers.submit(check);
  };
  EXPECT_TRUE(submit(1, 20));
  EXPECT_DOUBLE_EQ(verifiers.fullness(), 0.5);
  EXPECT_TRUE(submit(2, 16));
  EXPECT_FALSE(submit(3, 16));
  EXPECT_TRUE(submit(4, 17));
  EXPECT_FALSE(submit(5, 17));
  const auto out = finished(verifiers, 1);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].connection, 2U);
  EXPECT_EQ(out[0].verdict, Verdict::pushed_out);
  EXPECT_DOUBLE_EQ(verifiers.fullness(), 1.0);
}

}  // namespace
}  // namespace sandyk::intake
