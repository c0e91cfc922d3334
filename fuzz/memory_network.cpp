#include "fuzz/memory_network.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

namespace sandyk::fuzzing {
namespace {

constexpr int first_descriptor = 1 << 20;  // above any of the system's own
/// Of this thread: others have the system's calls and its clock.
thread_local MemoryNetwork* network = nullptr;

}  // namespace

MemoryNetwork::MemoryNetwork(Script script) : script_(std::move(script)), next_(first_descriptor) {
  network = this;
}

MemoryNetwork::~MemoryNetwork() {
  network = nullptr;
}

int MemoryNetwork::open(Descriptor descriptor) {
  descriptors_.emplace(next_, descriptor);
  return next_++;
}

MemoryNetwork::Descriptor* MemoryNetwork::find(int fd, Kind kind) {
  const auto found = descriptors_.find(fd);
  if (found == descriptors_.end() || found->second.kind != kind) std::abort();  // not what it was opened for
  return &found->second;
}

Peer& MemoryNetwork::connect(std::uint32_t address) {
  auto& peer = *peers_.emplace_back(std::make_unique<Peer>());
  peer.address = address;
  peer.since = now_;
  for (auto& [fd, descriptor] : descriptors_)
    if (descriptor.kind == Kind::listener) descriptor.is_changed = true;
  return peer;
}

void MemoryNetwork::changed(const Peer& peer) {
  for (auto& [fd, descriptor] : descriptors_)
    if (descriptor.peer == &peer) descriptor.is_changed = true;
}

bool MemoryNetwork::is_ready(const Descriptor& descriptor) const {
  if (!descriptor.is_watched) return false;
  if (descriptor.is_edge) return descriptor.is_changed;
  return descriptor.kind == Kind::event && descriptor.count > 0 && !is_held_;
}

unsigned MemoryNetwork::events_of(const Descriptor& descriptor) const {
  return descriptor.kind == Kind::connection ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

/// The calls, with the network's own parts in reach.
struct Calls {
  using Kind = MemoryNetwork::Kind;

  static int open_epoll() { return network->open({Kind::epoll}); }
  static int open_event() { return network->open({Kind::event}); }
  static int open_listener() { return network->open({Kind::listener}); }

  static int close(int fd) {
    const auto found = network->descriptors_.find(fd);
    if (found == network->descriptors_.end()) std::abort();  // closed twice
    if (found->second.peer) found->second.peer->is_closed = true;
    network->descriptors_.erase(found);
    return 0;
  }

  static int watch(int operation, int fd, const epoll_event* event) {
    const auto found = network->descriptors_.find(fd);
    if (found == network->descriptors_.end()) std::abort();
    auto& descriptor = found->second;
    descriptor.is_watched = operation == EPOLL_CTL_ADD;
    if (!descriptor.is_watched) return 0;
    descriptor.is_edge = (event->events & EPOLLET) != 0;
    descriptor.is_changed = descriptor.kind != Kind::event || descriptor.count > 0;  // what is there already
    descriptor.data = event->data.u64;
    return 0;
  }

  static int wait(epoll_event* events, int most, int timeout) {
    const auto ready = [&] {
      int count = 0;
      for (auto& [fd, descriptor] : network->descriptors_) {
        if (count == most || !network->is_ready(descriptor)) continue;
        descriptor.is_changed = false;
        events[count].events = network->events_of(descriptor);
        events[count++].data.u64 = descriptor.data;
      }
      return count;
    };
    if (const int count = ready(); count > 0 || timeout == 0) return count;
    network->script_(std::chrono::milliseconds(timeout));
    return ready();
  }

  static int accept(sockaddr* address, socklen_t* size) {
    if (network->accept_error_ != 0) {
      errno = std::exchange(network->accept_error_, 0);
      return -1;
    }
    for (const auto& peer : network->peers_) {
      if (peer->is_accepted) continue;
      peer->is_accepted = true;
      sockaddr_in from{};
      from.sin_family = AF_INET;
      from.sin_addr.s_addr = htonl(peer->address);
      if (address) {
        std::memcpy(address, &from, std::min<std::size_t>(*size, sizeof from));
        *size = sizeof from;
      }
      return network->open({Kind::connection, 0, peer.get()});
    }
    errno = EAGAIN;
    return -1;
  }

  static ssize_t receive(int fd, void* out, std::size_t size, int flags) {
    Peer& peer = *network->find(fd, Kind::connection)->peer;
    if (peer.is_reset) return errno = ECONNRESET, -1;
    const std::size_t n = std::min(size, peer.sent.size() - peer.taken);
    if (n == 0 && !peer.has_ended) return errno = EAGAIN, -1;
    std::memcpy(out, peer.sent.data() + peer.taken, n);
    if ((flags & MSG_PEEK) == 0) peer.taken += n;
    return static_cast<ssize_t>(n);
  }

  static ssize_t send(int fd, const void* bytes, std::size_t size) {
    Peer& peer = *network->find(fd, Kind::connection)->peer;
    if (peer.is_finished) std::abort();  // it had said that it would not
    if (peer.is_reset) return errno = EPIPE, -1;
    const std::size_t n = std::min(size, peer.window);
    if (n == 0) return errno = EAGAIN, -1;
    peer.window -= n;
    peer.received.append(static_cast<const char*>(bytes), n);
    return static_cast<ssize_t>(n);
  }

  static void finish(int fd) { network->find(fd, Kind::connection)->peer->is_finished = true; }

  static std::uint64_t& count(int fd) { return network->find(fd, Kind::event)->count; }

  static void signal(int fd, std::uint64_t value) {
    auto& descriptor = *network->find(fd, Kind::event);
    descriptor.count += value;
    descriptor.is_changed = true;
  }
};

}  // namespace sandyk::fuzzing

using sandyk::fuzzing::Calls;
using sandyk::fuzzing::first_descriptor;
using sandyk::fuzzing::network;

// The clock of the front. Outside of a network it is the system's.
std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept {
  if (network) return time_point(network->now());
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

// The system's calls. What is not the network's goes to the system.
extern "C" {

int close(int fd) {
  if (network && fd >= first_descriptor) return Calls::close(fd);
  return static_cast<int>(::syscall(SYS_close, fd));
}

int epoll_create1(int) noexcept {
  return Calls::open_epoll();
}

int epoll_ctl(int, int operation, int fd, epoll_event* event) noexcept {
  return Calls::watch(operation, fd, event);
}

int epoll_wait(int, epoll_event* events, int most, int timeout) {
  return Calls::wait(events, most, timeout);
}

int eventfd(unsigned, int) noexcept {
  return Calls::open_event();
}

int eventfd_write(int fd, eventfd_t value) {
  Calls::signal(fd, value);
  return 0;
}

int eventfd_read(int fd, eventfd_t* value) {
  *value = std::exchange(Calls::count(fd), 0);
  return 0;
}

int socket(int, int, int) noexcept {
  return Calls::open_listener();
}

int setsockopt(int, int, int, const void*, socklen_t) noexcept {
  return 0;
}

int bind(int, const sockaddr*, socklen_t) noexcept {
  return 0;
}

int listen(int, int) noexcept {
  return 0;
}

int getsockname(int, sockaddr* address, socklen_t* size) noexcept {
  sockaddr_in own{};
  own.sin_family = AF_INET;
  std::memcpy(address, &own, std::min<std::size_t>(*size, sizeof own));
  *size = sizeof own;
  return 0;
}

int accept4(int, sockaddr* address, socklen_t* size, int) {
  return Calls::accept(address, size);
}

ssize_t recv(int fd, void* out, size_t size, int flags) {
  return Calls::receive(fd, out, size, flags);
}

ssize_t send(int fd, const void* bytes, size_t size, int) {
  return Calls::send(fd, bytes, size);
}

int shutdown(int fd, int) noexcept {
  Calls::finish(fd);
  return 0;
}

}  // extern "C"
