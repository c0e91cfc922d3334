#include "intake/front.h"

#include <sodium.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

#include "crypto/seal/wiped_stack.h"

namespace sandyk::intake {
namespace {

// Event numbers below first_connection are not connections.
constexpr std::uint64_t listener_id = 0, finished_id = 1, stop_id = 2, verified_id = 3, first_connection = 4;
constexpr std::size_t read_size = 16 * 1024;  // one TLS record
constexpr std::size_t accepts_per_turn = 256;
constexpr std::size_t evicted_at_a_time = 64;  // so that a flood does not sort all of them for each accept
constexpr std::size_t handshakes_per_turn = 256;
constexpr std::chrono::milliseconds turn_of_waiting{10};
constexpr std::chrono::milliseconds supplies_every{500};
constexpr std::size_t stack_used = 32 * 1024;   // below run(); a TLS handshake goes deepest
constexpr std::size_t other_descriptors = 128;  // vault, spool files, our own

/// Raises the soft limit to what `wanted` connections need, if the hard one allows; returns how many fit.
std::size_t fit_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t needed = wanted + other_descriptors;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return wanted;
  return limit.rlim_cur > 2 * other_descriptors ? limit.rlim_cur - other_descriptors : limit.rlim_cur / 2;
}

}  // namespace

Front::Front(FrontSettings settings, Listener listener, std::optional<TlsContext> tls)
    : settings_(std::move(settings)),
      listener_(std::move(listener)),
      tls_(std::move(tls)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      stop_event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      budget_(settings_.limits),
      sources_(settings_.limits, Clock::now()),
      handshake_gate_(settings_.limits, sources_, Clock::now()),
      buffer_(read_size),
      next_id_(first_connection),
      next_supplies_(Clock::now()),
      workers_(
          std::make_unique<Workers>(settings_.limits.workers, settings_.limits.queue, settings_.answering)) {
  if (!epoll_.is_open() || !stop_event_.is_open()) throw std::runtime_error("the system gives no epoll");
  settings_.limits.max_connections = fit_connections(settings_.limits.max_connections);
  if (!watch(listener_.fd(), listener_id, EPOLLIN | EPOLLET) ||
      !watch(workers_->finished_fd(), finished_id, EPOLLIN) ||
      !watch(stop_event_.get(), stop_id, EPOLLIN | EPOLLET))
    throw std::runtime_error("the system does not watch the sockets");
  look_at_the_weather(Clock::now());
  if (!settings_.puzzle) return;
  puzzle_gate_.emplace(*settings_.puzzle);
  verifiers_.emplace(settings_.limits.puzzle_threads, settings_.limits.puzzle_queue);
  if (!watch(verifiers_->finished_fd(), verified_id, EPOLLIN))
    throw std::runtime_error("the system does not watch the verifiers");
}

Front::~Front() = default;

void Front::stop() {
  ::eventfd_write(stop_event_.get(), 1);
}

bool Front::watch(int fd, std::uint64_t id, unsigned events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Front::run() {
  TimePoint next_sweep = Clock::now();
  while (!stop_by_ || (!connections_.empty() && Clock::now() < *stop_by_)) {
    std::array<epoll_event, 256> events;
    auto wait = settings_.limits.sweep;
    if (!waiting_handshakes_.empty()) wait = std::min(wait, turn_of_waiting);
    if (!unfinished_.empty()) wait = {};
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   static_cast<int>(wait.count()));
    const TimePoint now = Clock::now();
    for (std::uint64_t id : std::exchange(unfinished_, {})) advance(id, now);
    begin_waiting_handshakes(now);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
      if (id == listener_id)
        accept_waiting(now);
      else if (id == finished_id)
        answer_finished(now);
      else if (id == verified_id)
        conclude_verified(now);
      else if (id == stop_id)
        begin_stopping(now);
      else
        advance(id, now);
    }
    if (now >= next_sweep) {
      sweep(now);
      next_sweep = now + settings_.limits.sweep;
    }
    forget();
  }
  connections_.clear();
}

// What was read is with its connection now, or used up; here it would stay until the next peer's bytes cover
// it.
void Front::forget() {
  sodium_memzero(buffer_.data(), buffer_.size());
  crypto::wipe_traces(stack_used);
}

void Front::accept_waiting(TimePoint now) {
  if (is_stopping()) return;
  std::optional<std::vector<std::uint64_t>> leaving;  // the first to go last
  // What still waits after these is taken at the next sweep, or with the next one that comes.
  for (std::size_t i = 0; i < accepts_per_turn; ++i) {
    auto [socket, source] = listener_.accept(sources_);
    accept_errors_ = listener_.errors();
    if (!socket.is_open()) return;
    if (by_peers_.last() == Weather::storm && sources_.is_full(source)) continue;
    if (connections_.size() >= settings_.limits.max_connections) {
      if (!leaving || leaving->empty()) {
        leaving = evictable(now, false);
        std::reverse(leaving->begin(), leaving->end());
      }
      if (leaving->empty()) continue;  // everybody is at work or young: the new one has cost nothing yet
      connections_.erase(leaving->back());
      leaving->pop_back();
    }
    const std::uint64_t id = next_id_++;
    if (!watch(socket.get(), id, EPOLLIN | EPOLLOUT | EPOLLET)) continue;  // the system is short of memory
    connections_.emplace(id, std::make_unique<Connection>(id, std::move(socket), sources_.enter(source),
                                                          settings_.limits, now));
  }
}

std::vector<std::uint64_t> Front::evictable(TimePoint now, bool only_bodies) const {
  std::vector<Candidate> candidates;
  candidates.reserve(connections_.size());
  for (const auto& entry : connections_)
    if (!only_bodies || entry.second->phase() == Phase::body)
      candidates.push_back(entry.second->candidate(now));
  return order_of_eviction(std::move(candidates), settings_.limits, evicted_at_a_time);
}

bool Front::begin_handshake(const SourceBuckets::Place& source) {
  return handshake_gate_.enter(source, Clock::now());
}

std::optional<Refusal> Front::turn_away(std::uint64_t length) const {
  if (length <= largest_in_memory) return std::nullopt;
  if (supplies_ && supplies_->room < length + settings_.limits.small_reserve) return Refusal::disk_full;
  if (length > largest_taken(std::max(by_peers_.last(), by_supplies_.last()))) return Refusal::come_back;
  return std::nullopt;
}

tl::expected<Admitted, Answer> Front::admit(const Head& head) {
  auto admitted = settings_.admit(head);
  // Given from here, so that there is a puzzle to solve when the workers' queue is full.
  if (admitted && puzzle_gate_ && head.path == puzzle_path) return tl::unexpected(puzzle_gate_->puzzle());
  return admitted;
}

tl::expected<bool, Answer> Front::pass_gate(std::uint64_t connection, const Head& head,
                                            std::uint64_t length) {
  if (!puzzle_gate_) return true;
  auto check = puzzle_gate_->judge(connection, head, length, Clock::now());
  if (!check) return tl::unexpected(std::move(check.error()));
  if (!*check) return true;
  if (!verifiers_->submit(**check)) return tl::unexpected(refuse(Refusal::puzzle));
  return false;
}

std::optional<Budget::Share> Front::take_room(std::uint64_t length) {
  if (auto share = budget_.take(length)) return share;
  for (const std::uint64_t id : evictable(Clock::now(), true)) {
    connections_.erase(id);
    if (auto share = budget_.take(length)) return share;
  }
  return std::nullopt;
}

void Front::advance(std::uint64_t id, TimePoint now) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;  // evicted in this very turn
  Connection& connection = *found->second;
  const bool has_waited = connection.phase() == Phase::waiting;
  try {
    if (connection.advance(*this, now)) unfinished_.push_back(id);
  } catch (const std::bad_alloc&) {
    connection.close();  // this one gives its memory back; the others go on
  }
  if (connection.phase() == Phase::waiting && !has_waited) waiting_handshakes_.push_back(id);
  if (connection.phase() == Phase::closed) connections_.erase(id);
}

// A source over its rate gets none while they are scarce, and must not stand in the way of those behind it.
void Front::begin_waiting_handshakes(TimePoint now) {
  const std::size_t some = std::min(waiting_handshakes_.size(), handshakes_per_turn);
  for (std::size_t i = 0; i < some && !handshake_gate_.is_shut(now); ++i) {
    const std::uint64_t id = waiting_handshakes_.front();
    waiting_handshakes_.pop_front();
    advance(id, now);
    const auto found = connections_.find(id);
    if (found != connections_.end() && found->second->phase() == Phase::waiting)
      waiting_handshakes_.push_back(id);
  }
}

void Front::answer_finished(TimePoint now) {
  for (const auto& exchange : workers_->take_finished()) {
    const auto found = connections_.find(exchange->connection);
    if (found == connections_.end()) continue;
    found->second->take_answer(*exchange, settings_.limits, now);
    advance(exchange->connection, now);
  }
}

void Front::conclude_verified(TimePoint now) {
  for (const PuzzleCheck& check : verifiers_->take_finished()) {
    const auto refusal = puzzle_gate_->conclude(check);
    const auto found = connections_.find(check.connection);
    if (found == connections_.end()) continue;
    found->second->take_verdict(refusal, *this, now);
    advance(check.connection, now);
  }
}

void Front::begin_stopping(TimePoint now) {
  if (is_stopping()) return;
  stop_by_ = now + settings_.limits.stop;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener_.fd(), nullptr);
  std::erase_if(connections_, [](const auto& entry) { return is_early(entry.second->phase()); });
}

void Front::sweep(TimePoint now) {
  accept_waiting(now);
  std::vector<std::uint64_t> late;
  for (const auto& entry : connections_)
    if (now >= entry.second->deadline()) late.push_back(entry.first);
  for (std::uint64_t id : late) {
    connections_.at(id)->expire(settings_.limits, now);
    advance(id, now);
  }
  sources_.tick(now);
  look_at_the_weather(now);
}

void Front::look_at_the_weather(TimePoint now) {
  const auto share = [](std::size_t used, std::size_t capacity) {
    return static_cast<double>(used) / static_cast<double>(std::max<std::size_t>(capacity, 1));
  };
  by_peers_.read(std::max({share(connections_.size(), settings_.limits.max_connections),
                           share(workers_->waiting(), settings_.limits.queue), budget_.memory_used()}));
  if (settings_.supplies && now >= next_supplies_) {
    next_supplies_ = now + supplies_every;
    supplies_ = settings_.supplies();
    by_supplies_.read(load_of(*supplies_, settings_.limits.small_reserve));
  }
  *settings_.weather = std::max(by_peers_.last(), by_supplies_.last());
  if (!puzzle_gate_) return;
  const auto queue = static_cast<double>(workers_->waiting()) / static_cast<double>(settings_.limits.queue);
  puzzle_gate_->follow(std::max({queue, budget_.memory_used(), verifiers_->fullness()}), now);
}

}  // namespace sandyk::intake
