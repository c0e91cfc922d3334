#include "intake/puzzle_gate.h"

#include <utility>

#include "intake/admission.h"
#include "intake/refusal.h"

namespace sandyk::intake {
namespace {

constexpr std::size_t remembered = 1 << 16;  // about 5 MB at most
constexpr std::uint32_t free_replays = 8;    // a bad line that is cut again and again
constexpr std::chrono::seconds step{1};

tl::unexpected<Answer> no(Refusal why) {
  return tl::unexpected(refuse(why));
}

/// Not the bytes that had to be small.
std::uint64_t mark_of(const crypto::Digest& proof) {
  std::uint64_t mark = 0;
  for (const std::uint8_t byte : proof.bytes().subspan(8, 8)) mark = mark << 8 | byte;
  return mark;
}

}  // namespace

PuzzleGate::PuzzleGate(PuzzleSettings settings)
    : settings_(std::move(settings)), controller_(settings_.floor), seen_(remembered) {}

Answer PuzzleGate::puzzle() const {
  const std::uint64_t slot = settings_.slot();
  const auto [asked, floor] = controller_.current();
  return {200, "application/json", crypto::write_puzzle({slot, seeds_.of(slot), asked, floor})};
}

tl::expected<std::optional<PuzzleCheck>, Answer> PuzzleGate::judge(std::uint64_t connection, const Head& head,
                                                                   std::uint64_t length, TimePoint now) {
  const auto solution = head.puzzle ? crypto::parse_puzzle_solution(*head.puzzle) : std::nullopt;
  if (head.puzzle && !solution) return no(Refusal::puzzle_malformed);
  const auto [asked, floor] = controller_.current();
  if (asked == 0) return std::nullopt;
  if (!solution) {
    // A place is one small report: a large one would take the room of many.
    if (length > largest_in_memory || !kept_.take(now)) return no(Refusal::puzzle);
    return std::nullopt;
  }

  const std::uint64_t slot = settings_.slot();
  const bool is_of_now = solution->slot == slot || solution->slot + 1 == slot;
  if (!is_of_now || solution->effort < floor) return no(Refusal::puzzle);
  const auto report = report_named(head);
  if (!report) return no(Refusal::not_found);
  const auto seed = seeds_.of(solution->slot);
  const auto proof = crypto::PuzzleProof(seed, *report, solution->effort).of(solution->nonce);
  // Perhaps it was right before a restart: it is worth to fetch the seed again.
  if (!crypto::proves(proof, solution->effort)) return no(Refusal::puzzle);

  const std::uint64_t mark = mark_of(proof);
  const std::uint32_t times = seen_.count(mark);
  if (seen_.was_wrong(mark)) return no(Refusal::puzzle_wrong);
  const std::uint32_t rank = times <= free_replays ? solution->effort : 0;
  return PuzzleCheck{connection, seed, *report, *solution, rank, mark};
}

std::optional<Answer> PuzzleGate::conclude(const PuzzleCheck& check) {
  switch (check.verdict) {
    case PuzzleCheck::Verdict::right:
      if (check.rank > 0) kept_.earn();
      return std::nullopt;
    case PuzzleCheck::Verdict::wrong:
      seen_.mark_wrong(check.mark);
      return refuse(Refusal::puzzle_wrong);
    case PuzzleCheck::Verdict::pushed_out:
      return refuse(Refusal::puzzle);
    case PuzzleCheck::Verdict::open:
      break;  // nobody has looked at it
  }
  std::abort();
}

void PuzzleGate::follow(double load, TimePoint now) {
  if (next_step_ && now < *next_step_) return;
  next_step_ = now + step;
  controller_.step({load, settings_.budget_used()});
}

}  // namespace sandyk::intake
