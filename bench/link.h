// One blocking connection of a load generator to an HTTP server: over TLS, plain, or a UNIX socket.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "crypto/seal/file.h"

namespace sandyk::bench {

/// Where requests go.
struct Target {
  enum class Kind { tls, plain, unix_socket } kind = Kind::tls;
  std::string host, port;  ///< or the path, as host

  /// Of https://HOST:PORT, http://HOST:PORT or unix:PATH. Throws a sentence.
  static Target parse(const std::string& url);
};

struct FreeContext {
  void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

/// Trusts the certificates of `ca` and keeps no sessions: each handshake is a full one. Throws a sentence.
Context make_context(const std::string& ca);

class Link {
 public:
  /// Connects and shakes hands; is_open says whether that came about. `context` is for TLS.
  Link(SSL_CTX* context, const Target& target);

  /// False once the server, or a fault, has ended it.
  bool is_open() const { return is_open_; }
  /// The status of the answer to a whole request, or 0.
  int exchange(const std::string& request);

 private:
  struct FreeTls {
    void operator()(SSL* p) const noexcept { SSL_free(p); }
  };
  bool connect(const Target& target);
  bool write(const std::string& request);
  /// Bytes read; 0 at the end, and on a fault.
  std::size_t read(char* buffer, std::size_t size);

  crypto::Fd socket_;
  std::unique_ptr<SSL, FreeTls> tls_;
  bool is_open_ = false;
};

}  // namespace sandyk::bench
