#include "bench/link.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace sandyk::bench {
namespace {

constexpr std::string_view tls_scheme = "https://", plain_scheme = "http://", unix_scheme = "unix:";

bool is_connected(int fd, const sockaddr* address, socklen_t size) {
  const timeval patience{30, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return ::connect(fd, address, size) == 0;
}

/// True when `answer` is whole; one without a length ends with the connection.
bool is_whole(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  const auto field = answer.find("Content-Length: ");
  if (end == std::string::npos || field > end) return false;
  return answer.size() >= end + 4 + std::strtoul(answer.c_str() + field + 16, nullptr, 10);
}

}  // namespace

Target Target::parse(const std::string& url) {
  if (url.starts_with(unix_scheme)) return {Kind::unix_socket, url.substr(unix_scheme.size()), {}};
  const bool is_tls = url.starts_with(tls_scheme);
  const auto start = is_tls ? tls_scheme.size() : plain_scheme.size();
  const auto colon = url.rfind(':');
  if ((!is_tls && !url.starts_with(plain_scheme)) || colon <= start)
    throw std::runtime_error("--to is https://HOST:PORT, http://HOST:PORT or unix:PATH.");
  return {is_tls ? Kind::tls : Kind::plain, url.substr(start, colon - start), url.substr(colon + 1)};
}

Context make_context(const std::string& ca) {
  Context context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_file(context.get(), ca.c_str()) != 1)
    throw std::runtime_error("The CA file cannot be read.");
  return context;
}

Link::Link(SSL_CTX* context, const Target& target) {
  if (!connect(target)) return;
  if (target.kind != Target::Kind::tls) {
    is_open_ = true;
    return;
  }
  tls_.reset(SSL_new(context));
  SSL_set_fd(tls_.get(), socket_.get());
  is_open_ = SSL_connect(tls_.get()) == 1;
}

bool Link::connect(const Target& target) {
  if (target.kind == Target::Kind::unix_socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (target.host.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, target.host.data(), target.host.size());
    socket_ = crypto::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return is_connected(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found) != 0) return false;
  socket_ = crypto::Fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const bool is_there = is_connected(socket_.get(), found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return is_there;
}

bool Link::write(const std::string& request) {
  if (!tls_) return crypto::write_all(socket_.get(), crypto::bytes_of(request)).has_value();
  return SSL_write(tls_.get(), request.data(), static_cast<int>(request.size())) > 0;
}

std::size_t Link::read(char* buffer, std::size_t size) {
  if (tls_) {
    const int n = SSL_read(tls_.get(), buffer, static_cast<int>(size));
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  const ssize_t n = ::recv(socket_.get(), buffer, size, 0);
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

int Link::exchange(const std::string& request) {
  if (!write(request)) return is_open_ = false, 0;
  std::string answer;
  while (!is_whole(answer)) {
    char buffer[4096];
    const std::size_t n = read(buffer, sizeof buffer);
    if (n == 0) {
      is_open_ = false;
      if (answer.find("\r\n\r\n") == std::string::npos ||
          answer.find("Content-Length: ") != std::string::npos)
        return 0;
      break;
    }
    answer.append(buffer, n);
  }
  if (answer.starts_with("HTTP/1.0") || answer.find("Connection: close") != std::string::npos)
    is_open_ = false;
  return std::atoi(answer.substr(9, 3).c_str());
}

}  // namespace sandyk::bench
