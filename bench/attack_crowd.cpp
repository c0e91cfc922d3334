#include "bench/attack_crowd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace sandyk::bench {
namespace {

constexpr int tick = 10;  // milliseconds
constexpr std::size_t most_of_answer = 4096;
constexpr int small_window = 2048;

bool must_wait(SSL* tls, int result) {
  const int why = SSL_get_error(tls, result);
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

sockaddr_in loopback(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(host);
  return address;
}

crypto::Fd bound_socket(std::uint32_t source, bool takes_answers) {
  crypto::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return socket;
  const int on = 1;
  const linger reset{1, 0};  // no port of ours waits after the end
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (!takes_answers) ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &small_window, sizeof small_window);
  const sockaddr_in address = loopback(source, 0);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return crypto::Fd();
  return socket;
}

}  // namespace

Crowd::Crowd(Manners manners, std::function<std::optional<Script>()> next)
    : manners_(manners),
      next_(std::move(next)),
      context_(SSL_CTX_new(TLS_client_method())),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      members_(manners.count),
      filled_(Clock::now()) {
  if (!context_ || !epoll_.is_open()) throw std::runtime_error("the system gives no TLS or no epoll");
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                       SSL_MODE_RELEASE_BUFFERS);
}

Crowd::~Crowd() = default;

void Crowd::run(Clock::time_point end, const std::atomic<bool>& is_over, const std::function<void()>& begun) {
  constexpr std::chrono::seconds longest_beginning{5};
  const auto begin = Clock::now();
  bool has_begun = false;
  auto next_tick = begin;
  while (Clock::now() < end && !is_over) {
    std::array<epoll_event, 512> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), tick);
    for (int i = 0; i < count; ++i) advance(events[static_cast<std::size_t>(i)].data.u64);
    const auto now = Clock::now();
    if (now < next_tick) continue;
    next_tick = now + std::chrono::milliseconds(tick);
    start_due(now);
    for (std::size_t i = 0; i < members_.size(); ++i) drip(i, now);
    if (has_begun || (connects_ < members_.size() && now < begin + longest_beginning)) continue;
    has_begun = true;
    begun();
  }
}

void Crowd::start_due(Clock::time_point now) {
  const std::chrono::duration<double> passed = now - filled_;
  filled_ = now;
  tokens_ = std::min(tokens_ + manners_.rate * passed.count(), std::max(manners_.rate / 10, 1.0));
  for (std::size_t looked = 0; looked < members_.size() && tokens_ >= 1; ++looked) {
    const std::size_t i = first_free_;
    first_free_ = (first_free_ + 1) % members_.size();
    if (members_[i].socket.is_open() || now < members_[i].due) continue;
    if (!start(i)) return;
    tokens_ -= 1;
  }
}

bool Crowd::start(std::size_t i) {
  auto script = next_();
  if (!script) return false;
  constexpr std::uint32_t sources = 127U << 24 | 66U << 16;
  const std::uint32_t source =
      manners_.has_one_source ? sources | 1 : sources | (randombytes_uniform(65000) + 1);
  Member& member = members_[i];
  member = Member();
  member.script = std::move(*script);
  member.socket = bound_socket(source, manners_.takes_answers);
  if (!member.socket.is_open()) return false;
  member.due = Clock::now() + manners_.pause;
  ++connects_;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = i;
  const sockaddr_in server = loopback(INADDR_LOOPBACK, manners_.port);
  const int done = ::connect(member.socket.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server);
  if (done != 0 && errno != EINPROGRESS) {
    close(member);
    return true;
  }
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, member.socket.get(), &event);
  return true;
}

void Crowd::advance(std::size_t i) {
  Member& member = members_[i];
  if (!member.socket.is_open()) return;
  if (!member.is_talking && !shake_hands(member)) return;
  if (!say(member) || (manners_.takes_answers && !listen(member))) close(member);
}

bool Crowd::shake_hands(Member& member) {
  int fault = 0;
  socklen_t size = sizeof fault;
  if (::getsockopt(member.socket.get(), SOL_SOCKET, SO_ERROR, &fault, &size) != 0 || fault != 0) {
    close(member);
    return false;
  }
  if (!member.script.has_tls) return member.is_talking = true;
  if (!member.tls) {
    member.tls.reset(SSL_new(context_.get()));
    SSL_set_fd(member.tls.get(), member.socket.get());
    SSL_set_connect_state(member.tls.get());
  }
  const int done = SSL_do_handshake(member.tls.get());
  if (done == 1) {
    ++handshakes_;
    member.is_talking = !manners_.leaves_after_handshake;
  }
  if (!member.is_talking && (done == 1 || !must_wait(member.tls.get(), done))) close(member);
  return member.is_talking;
}

bool Crowd::say(Member& member) {
  const auto write = [&](const char* from, std::size_t size) -> ssize_t {
    if (!member.tls) {
      const ssize_t n = ::send(member.socket.get(), from, size, MSG_NOSIGNAL);
      return n < 0 && errno == EAGAIN ? 0 : n;
    }
    const int n = SSL_write(member.tls.get(), from, static_cast<int>(size));
    return n <= 0 && must_wait(member.tls.get(), n) ? 0 : n > 0 ? n : -1;
  };
  const std::string& text = member.script.at_once;
  while (member.written < text.size()) {
    const ssize_t n = write(text.data() + member.written, text.size() - member.written);
    if (n <= 0) return n == 0;
    member.written += static_cast<std::size_t>(n);
  }
  while (!member.out.empty()) {
    const ssize_t n = write(member.out.data(), member.out.size());
    if (n <= 0) return n == 0;
    member.out.erase(0, static_cast<std::size_t>(n));
  }
  return true;
}

bool Crowd::listen(Member& member) {
  std::array<char, 4096> buffer;
  while (true) {
    ssize_t n = 0;
    bool waits = false;
    if (member.tls) {
      n = SSL_read(member.tls.get(), buffer.data(), buffer.size());
      waits = n <= 0 && must_wait(member.tls.get(), static_cast<int>(n));
    } else {
      n = ::recv(member.socket.get(), buffer.data(), buffer.size(), 0);
      waits = n < 0 && errno == EAGAIN;
    }
    if (n <= 0) return waits;
    const auto room = most_of_answer - std::min(most_of_answer, member.answer.size());
    member.answer.append(buffer.data(), std::min(room, static_cast<std::size_t>(n)));
  }
}

void Crowd::drip(std::size_t i, Clock::time_point now) {
  Member& member = members_[i];
  if (!member.socket.is_open() || !member.is_talking || now < member.due) return;
  if (member.dripped >= member.script.dripped.size()) return;
  member.due = now + manners_.pause;
  member.out += member.script.dripped.substr(member.dripped, manners_.piece);
  member.dripped += manners_.piece;
  if (!say(member)) close(member);
}

void Crowd::close(Member& member) {
  if (member.answer.starts_with("HTTP/1.1 ")) ++answers_[member.answer.substr(9, 3)];
  const auto spread = static_cast<std::uint32_t>((manners_.most_wait - manners_.least_wait).count());
  const auto due =
      Clock::now() + manners_.least_wait + std::chrono::milliseconds(randombytes_uniform(spread + 1));
  member = Member();
  member.due = due;
}

}  // namespace sandyk::bench
