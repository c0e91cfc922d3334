#include "bench/attack_reports.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "crypto/seal/puzzle_solver.h"

namespace sandyk::bench {
namespace {

constexpr std::size_t changed_bytes = 16;
constexpr std::size_t most_ready = 2000;
constexpr std::chrono::milliseconds look_every{500};

/// A nonce whose cheap half holds, and most likely not the costly one.
crypto::PuzzleNonce bogus_nonce(const crypto::PuzzleSeed& seed, const crypto::ReportId& report,
                                std::uint32_t effort) {
  const crypto::PuzzleProof proof(seed, report, effort);
  std::array<std::uint8_t, crypto::PuzzleNonce::size> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  while (!crypto::proves(proof.of(crypto::PuzzleNonce(bytes)), effort))
    sodium_increment(bytes.data() + 4, bytes.size() - 4);
  return crypto::PuzzleNonce(bytes);
}

}  // namespace

ReportForge::Forged ReportForge::next() const {
  crypto::Bytes bytes = sealed_;
  randombytes_buf(bytes.data() + bytes.size() - changed_bytes, changed_bytes);
  const auto id = crypto::report_id(bytes);
  return {id, std::move(bytes)};
}

std::string ReportForge::request(const Forged& report, const std::string& solution, bool with_body) const {
  return fmt::format(
      "PUT /reports/{} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nSandyk-Week: {}\r\n{}"
      "Connection: close\r\n\r\n{}",
      report.id.hex(), report.bytes.size(), week_,
      solution.empty() ? "" : "Sandyk-Puzzle: " + solution + "\r\n",
      with_body ? crypto::text_of(report.bytes) : "");
}

PuzzleWorks::PuzzleWorks(const ReportForge& forge, transport::Settings settings, transport::Address server,
                         Work work)
    : forge_(forge), work_(work) {
  threads_.emplace_back(
      [this, settings = std::move(settings), server = std::move(server)] { follow(settings, server); });
  threads_.emplace_back([this] { make(); });
}

PuzzleWorks::~PuzzleWorks() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
}

std::optional<crypto::Puzzle> PuzzleWorks::puzzle() const {
  const std::lock_guard lock(mutex_);
  return puzzle_;
}

std::optional<std::string> PuzzleWorks::take() {
  const std::lock_guard lock(mutex_);
  if (ready_.empty()) return std::nullopt;
  if (work_ == Work::bogus) return ready_[next_++ % ready_.size()];
  std::string request = std::move(ready_.front());
  ready_.pop_front();
  return request;
}

void PuzzleWorks::prepare(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ready_.size() >= count; });
}

void PuzzleWorks::follow(transport::Settings settings, const transport::Address& server) {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    transport::Client client(settings);  // a connection each time, like anybody's
    const auto answer = client.get(server, "/puzzle", 4096);
    const auto puzzle = answer && answer->status == 200 ? crypto::parse_puzzle(answer->body) : std::nullopt;
    lock.lock();
    if (puzzle) puzzle_ = puzzle;
    changed_.notify_all();
    changed_.wait_for(lock, look_every, [this] { return is_stopping_; });
  }
}

void PuzzleWorks::make() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    const bool is_wanted =
        puzzle_ && ready_.size() < most_ready && (work_ == Work::bogus || puzzle_->effort > 0);
    if (!is_wanted) {
      changed_.wait_for(lock, look_every);
      continue;
    }
    const crypto::Puzzle puzzle = *puzzle_;
    lock.unlock();
    auto request = make_one(puzzle);
    lock.lock();
    if (request) ready_.push_back(std::move(*request));
    changed_.notify_all();
  }
}

std::optional<std::string> PuzzleWorks::make_one(const crypto::Puzzle& puzzle) const {
  const auto report = forge_.next();
  const std::uint32_t effort = std::max(puzzle.effort, crypto::least_effort);
  const auto nonce = work_ == Work::bogus
                         ? bogus_nonce(puzzle.seed, report.id, effort)
                         : crypto::solve_puzzle(puzzle.seed, report.id, effort, 1, [](unsigned) {});
  if (!nonce) return std::nullopt;
  return forge_.request(report, crypto::write_puzzle_solution({puzzle.slot, effort, *nonce}),
                        work_ == Work::right);
}

}  // namespace sandyk::bench
