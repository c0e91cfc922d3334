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
constexpr std::uint64_t listener_id = 0, finished_id = 1, stop_id = 2, first_connection = 3;
constexpr std::size_t read_size = 16 * 1024;  // one TLS record
constexpr std::size_t accepts_per_turn = 256;
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

bool is_early(Phase phase) {
  return phase == Phase::silent || phase == Phase::handshake || phase == Phase::headers;
}

}  // namespace

Front::Front(FrontSettings settings, Listener listener, std::optional<TlsContext> tls)
    : settings_(std::move(settings)),
      listener_(std::move(listener)),
      tls_(std::move(tls)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      stop_event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      budget_(settings_.limits),
      buffer_(read_size),
      next_id_(first_connection),
      workers_(
          std::make_unique<Workers>(settings_.limits.workers, settings_.limits.queue, settings_.answering)) {
  if (!epoll_.is_open() || !stop_event_.is_open()) throw std::runtime_error("the system gives no epoll");
  settings_.limits.max_connections = fit_connections(settings_.limits.max_connections);
  if (!watch(listener_.fd(), listener_id, EPOLLIN | EPOLLET) ||
      !watch(workers_->finished_fd(), finished_id, EPOLLIN) ||
      !watch(stop_event_.get(), stop_id, EPOLLIN | EPOLLET))
    throw std::runtime_error("the system does not watch the sockets");
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
    const auto wait = unfinished_.empty() ? settings_.limits.sweep.count() : 0;
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), static_cast<int>(wait));
    const TimePoint now = Clock::now();
    for (std::uint64_t id : std::exchange(unfinished_, {})) advance(id, now);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
      if (id == listener_id)
        accept_waiting(now);
      else if (id == finished_id)
        answer_finished(now);
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
  // What still waits after these is taken at the next sweep, or with the next one that comes.
  for (std::size_t i = 0; i < accepts_per_turn; ++i) {
    crypto::Fd socket = listener_.accept();
    accept_errors_ = listener_.errors();
    if (!socket.is_open()) return;
    if (connections_.size() >= settings_.limits.max_connections && !make_place(now)) continue;
    const std::uint64_t id = next_id_++;
    if (!watch(socket.get(), id, EPOLLIN | EPOLLOUT | EPOLLET)) continue;  // the system is short of memory
    connections_.emplace(id, std::make_unique<Connection>(id, std::move(socket), settings_.limits, now));
  }
}

// Whoever made the least progress for its age goes: first of those that have not sent a request, then of the
// bodies that fall behind the least rate. One that is being answered never goes.
bool Front::make_place(TimePoint now) {
  const Connection* slowest = nullptr;
  for (const auto& entry : connections_) {
    const Connection& candidate = *entry.second;
    if (!is_early(candidate.phase()) || now - candidate.since() < settings_.limits.grace) continue;
    if (!slowest || candidate.progress(now) < slowest->progress(now)) slowest = &candidate;
  }
  if (slowest) return connections_.erase(slowest->id()) == 1;
  return evict_slow_body(now);
}

bool Front::evict_slow_body(TimePoint now) {
  const double least = static_cast<double>(settings_.limits.min_rate) / 1000;
  Connection* slowest = nullptr;
  for (const auto& entry : connections_) {
    Connection& candidate = *entry.second;
    if (candidate.phase() != Phase::body || now - candidate.since() < settings_.limits.grace) continue;
    if (candidate.progress(now) >= least) continue;
    if (!slowest || candidate.progress(now) < slowest->progress(now)) slowest = &candidate;
  }
  return slowest && connections_.erase(slowest->id()) == 1;
}

std::optional<Budget::Share> Front::take_room(std::uint64_t length) {
  if (auto share = budget_.take(length)) return share;
  return evict_slow_body(Clock::now()) ? budget_.take(length) : std::nullopt;
}

void Front::advance(std::uint64_t id, TimePoint now) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;  // evicted in this very turn
  Connection& connection = *found->second;
  try {
    if (connection.advance(*this, now)) unfinished_.push_back(id);
  } catch (const std::bad_alloc&) {
    connection.close();  // this one gives its memory back; the others go on
  }
  if (connection.phase() == Phase::closed) connections_.erase(id);
}

void Front::answer_finished(TimePoint now) {
  for (const auto& exchange : workers_->take_finished()) {
    const auto found = connections_.find(exchange->connection);
    if (found == connections_.end()) continue;
    found->second->take_answer(*exchange, settings_.limits, now);
    advance(exchange->connection, now);
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
  const auto by_connections = weather_at(connections_.size(), settings_.limits.max_connections);
  const auto by_queue = weather_at(workers_->waiting(), settings_.limits.queue);
  *settings_.weather = std::max(by_connections, by_queue);
}

}  // namespace sandyk::intake
