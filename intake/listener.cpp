#include "intake/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

namespace sandyk::intake {
namespace {

constexpr int backlog = 4096;

constexpr int first_handed_over = 3;  // SD_LISTEN_FDS_START

/// A descriptor of any kind; this one needs no file, since none is in reach of a confined server.
crypto::Fd open_reserve() {
  return crypto::Fd(::eventfd(0, EFD_CLOEXEC));
}

tl::unexpected<ListenFault> last_fault() {
  switch (errno) {
    case EADDRINUSE:
      return tl::unexpected(ListenFault::in_use);
    case EACCES:
    case EPERM:
      return tl::unexpected(ListenFault::no_access);
    default:
      return tl::unexpected(ListenFault::failed);
  }
}

struct FreeAddress {
  void operator()(addrinfo* p) const noexcept { ::freeaddrinfo(p); }
};
using Address = std::unique_ptr<addrinfo, FreeAddress>;

/// Numeric only: a listening server asks no name server.
Address resolve(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return nullptr;
  return Address(found);
}

std::string port_of(int socket) {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  char port[NI_MAXSERV] = "";
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) != 0 ||
      ::getnameinfo(reinterpret_cast<sockaddr*>(&own), size, nullptr, 0, port, sizeof port, NI_NUMERICSERV) !=
          0)
    return "0";
  return port;
}

/// A variable that holds a number and nothing else.
std::optional<long> number_in_environment(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  const std::string_view whole(text);
  long number = 0;
  const auto [end, fault] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
  if (fault != std::errc() || end != whole.data() + whole.size()) return std::nullopt;
  return number;
}

int socket_option(int socket, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(socket, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool is_listening_stream(int socket) {
  return socket_option(socket, SO_TYPE) == SOCK_STREAM && socket_option(socket, SO_ACCEPTCONN) == 1;
}

/// What accept needs of a socket that somebody else made.
bool make_ours(int socket) {
  const int flags = ::fcntl(socket, F_GETFL);
  return flags >= 0 && ::fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0 &&
         ::fcntl(socket, F_SETFD, FD_CLOEXEC) == 0;
}

/// host:port of a TCP socket of our own.
std::string own_address(int socket) {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  char host[NI_MAXHOST] = "";
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) != 0 ||
      ::getnameinfo(reinterpret_cast<sockaddr*>(&own), size, host, sizeof host, nullptr, 0, NI_NUMERICHOST) !=
          0)
    return "?:0";
  const std::string shown = own.ss_family == AF_INET6 ? '[' + std::string(host) + ']' : std::string(host);
  return shown + ':' + port_of(socket);
}

/// The path of a UNIX socket of our own.
std::string own_path(int socket) {
  sockaddr_un own{};
  socklen_t size = sizeof own;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) != 0) return {};
  return std::string(own.sun_path, ::strnlen(own.sun_path, sizeof own.sun_path));
}

}  // namespace

std::string_view sentence(ListenFault fault) {
  switch (fault) {
    case ListenFault::address:
      return "The address to listen on is not a numeric host and port such as 127.0.0.1:8443.";
    case ListenFault::in_use:
      return "Another program listens there already. Choose another port, or stop it.";
    case ListenFault::no_access:
      return "This user may not listen there. Choose a port above 1023, or another folder.";
    case ListenFault::failed:
      return "The system does not let this program listen there.";
    case ListenFault::handed_over:
      return "What the service manager handed over is not one listening socket of the kind that the "
             "configuration names: a UNIX socket with unix-socket, TCP without.";
  }
  std::abort();
}

Listener::Listener(crypto::Fd socket, std::string address)
    : socket_(std::move(socket)), reserve_(open_reserve()), address_(std::move(address)) {}

tl::expected<Listener, ListenFault> Listener::on_address(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return tl::unexpected(ListenFault::address);
  const std::string shown_host = address.substr(0, colon);
  const bool in_brackets = shown_host.starts_with('[') && shown_host.ends_with(']');
  const auto found = resolve(in_brackets ? shown_host.substr(1, shown_host.size() - 2) : shown_host,
                             address.substr(colon + 1));
  if (!found) return tl::unexpected(ListenFault::address);

  crypto::Fd socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1, off = 0;
  if (!socket.is_open() || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) !=
          0 ||  // the accepted ones inherit it
      (found->ai_family == AF_INET6 &&
       ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0) ||
      ::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 || ::listen(socket.get(), backlog) != 0)
    return last_fault();
  std::string bound = shown_host + ':' + port_of(socket.get());
  return Listener(std::move(socket), std::move(bound));
}

tl::expected<Listener, ListenFault> Listener::on_path(const std::filesystem::path& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.empty() || text.size() >= sizeof name.sun_path) return tl::unexpected(ListenFault::address);
  text.copy(name.sun_path, text.size());
  const auto* const address = reinterpret_cast<const sockaddr*>(&name);

  crypto::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const crypto::Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (::connect(probe.get(), address, sizeof name) == 0) return tl::unexpected(ListenFault::in_use);
  if (errno == ECONNREFUSED) ::unlink(text.c_str());  // left behind by a server that was killed
  if (!socket.is_open() || ::bind(socket.get(), address, sizeof name) != 0 ||
      ::listen(socket.get(), backlog) != 0)
    return last_fault();
  return Listener(std::move(socket), text);
}

bool Listener::is_handed_over() {
  return number_in_environment("LISTEN_PID") == ::getpid();
}

tl::expected<Listener, ListenFault> Listener::take_over(Kind kind) {
  const auto count = number_in_environment("LISTEN_FDS");
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  if (count != 1) return tl::unexpected(ListenFault::handed_over);
  crypto::Fd socket(first_handed_over);
  if (!is_listening_stream(socket.get()) || !make_ours(socket.get()))
    return tl::unexpected(ListenFault::handed_over);

  const int family = socket_option(socket.get(), SO_DOMAIN);
  const bool is_of_kind =
      kind == Kind::unix_socket ? family == AF_UNIX : family == AF_INET || family == AF_INET6;
  if (!is_of_kind) return tl::unexpected(ListenFault::handed_over);
  if (kind == Kind::unix_socket) {
    std::string path = own_path(socket.get());
    return Listener(std::move(socket), std::move(path));
  }
  const int on = 1;
  if (::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) return last_fault();
  std::string address = own_address(socket.get());
  return Listener(std::move(socket), std::move(address));
}

bool Listener::shed_one() {
  reserve_.close();
  crypto::Fd shed(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const bool is_shed = shed.is_open();
  shed.close();  // before the reserve takes its place again
  reserve_ = open_reserve();
  return is_shed;
}

Accepted Listener::accept(const SourceBuckets& sources) {
  while (true) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    crypto::Fd socket(
        ::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.is_open()) return {std::move(socket), sources.take_address(peer)};
    if (errno == EAGAIN) return {};
    ++errors_;
    switch (errno) {
      case EMFILE:
      case ENFILE:
        if (!shed_one()) return {};
        break;
      case ENOBUFS:
      case ENOMEM:
      case EBADF:
      case EINVAL:
        return {};  // the next sweep tries again
      default:
        break;  // that one connection is gone
    }
  }
}

}  // namespace sandyk::intake
