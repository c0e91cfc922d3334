// A small HTTPS client that says as little as possible about who uses it: no user agent, no cookies, no
// redirects, no proxy from the environment. Certificates are always verified.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/bytes.h"
#include "transport/address.h"

namespace sandyk::transport {

struct Settings {
  std::string ca_file;  ///< trusted instead of the system's authorities; empty for those
  std::string
      pin;  ///< `sha256//<base64>` of the server's public key, besides the certificate; empty for none
  std::string proxy;  ///< `socks5h://host:port`: the proxy resolves names too; empty for none
  std::chrono::seconds connect_timeout{30};
  std::chrono::seconds stall_timeout{60};  ///< nothing moved for so long
};

/// Whether `pin` has the one form that we take. libcurl would read any other text as the name of a file.
bool is_pin(std::string_view pin);
/// Whether `proxy` is `socks5h://…`: with plain socks5 the name would be looked up outside Tor.
bool is_proxy(std::string_view proxy);

enum class TransportFault {
  bad_settings,  ///< the CA file cannot be read
  unreachable,   ///< no such name, or nobody answers there
  proxy,         ///< the proxy does not answer or refuses; or none was set for an onion address
  timeout,
  cut_off,      ///< the connection ended before the answer was whole
  certificate,  ///< TLS does not prove who answers
  pin,          ///< another public key than the pinned one
  tls,          ///< no TLS 1.2 or newer with it
  redirected,   ///< it sends us elsewhere; we do not go
  too_large,    ///< the answer is larger than asked for
  protocol,     ///< the answer is not HTTP
};
/// One sentence for people.
std::string_view sentence(TransportFault fault);

struct Response {
  unsigned status;
  crypto::Bytes body;
  std::optional<std::chrono::seconds> retry_after;
  std::map<std::string, std::string, std::less<>> headers{};  ///< by lower-case name: what is said of uploads

  /// Empty when it is not there.
  std::string_view header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : found->second;
  }
};

/// Gets bytes sent so far and in all.
using Progress = std::function<void(std::uint64_t, std::uint64_t)>;

class Client {
 public:
  /// The settings must hold a pin and a proxy of the forms above, or none.
  explicit Client(Settings settings);
  Client(Client&&) noexcept;
  ~Client();

  /// Any status other than a redirect is a response. `max_size` limits the body, in bytes.
  [[nodiscard]] tl::expected<Response, TransportFault> get(const Address& server, std::string_view path,
                                                           std::size_t max_size);

  /// Sends `body`; `headers` are whole lines such as `Content-Type: application/octet-stream`. Answers are
  /// small: at most 64 KiB.
  [[nodiscard]] tl::expected<Response, TransportFault> put(const Address& server, std::string_view path,
                                                           crypto::ByteView body,
                                                           const std::vector<std::string>& headers,
                                                           const Progress& progress);

  /// The same for one part of an upload.
  [[nodiscard]] tl::expected<Response, TransportFault> patch(const Address& server, std::string_view path,
                                                             crypto::ByteView body,
                                                             const std::vector<std::string>& headers);
  /// A POST without a body.
  [[nodiscard]] tl::expected<Response, TransportFault> post(const Address& server, std::string_view path,
                                                            const std::vector<std::string>& headers);
  [[nodiscard]] tl::expected<Response, TransportFault> head(const Address& server, std::string_view path);

  /// From now on each request has a connection of its own.
  void use_connections_once();

 private:
  [[nodiscard]] tl::expected<Response, TransportFault> send(const char* method, const Address& server,
                                                            std::string_view path, crypto::ByteView body,
                                                            const std::vector<std::string>& headers,
                                                            const Progress& progress);
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace sandyk::transport
