#include "intake/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace sandyk::intake {
namespace {

constexpr int backlog = 4096;

crypto::Fd open_reserve() {
  return crypto::Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
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
  const int on = 1;
  if (!socket.is_open() || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) !=
          0 ||  // the accepted ones inherit it
      ::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(socket.get(), backlog) != 0)
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

bool Listener::shed_one() {
  reserve_.close();
  crypto::Fd shed(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const bool is_shed = shed.is_open();
  shed.close();  // before the reserve takes its place again
  reserve_ = open_reserve();
  return is_shed;
}

crypto::Fd Listener::accept() {
  while (true) {
    crypto::Fd socket(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.is_open() || errno == EAGAIN) return socket;
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
