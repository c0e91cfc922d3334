// TLS on non-blocking sockets with OpenSSL: one context for the server, one channel for each connection.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"

namespace sandyk::intake {

enum class TlsFault { certificate, key, mismatch };
std::string_view sentence(TlsFault fault);

/// The server's certificate and rules: TLS 1.2 and 1.3, no tickets and no sessions (they link visits of one
/// person), no renegotiation, no compression.
class TlsContext {
 public:
  /// Reads a PEM chain and its PEM key, and checks that they belong together.
  [[nodiscard]] static tl::expected<TlsContext, TlsFault> load(const std::filesystem::path& certificate,
                                                               const std::filesystem::path& key);
  SSL_CTX* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
  };
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  std::unique_ptr<SSL_CTX, Free> context_;
};

/// How far a step on a non-blocking socket came.
enum class Io {
  done,
  wait,   ///< nothing more for now
  ended,  ///< the peer will send no more
  failed,
};

/// A socket, plain or under TLS. No call blocks.
class Channel {
 public:
  explicit Channel(crypto::Fd socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }

  /// Looks at the first byte without taking it.
  Io peek(std::uint8_t& first) const;
  void start_tls(const TlsContext& context);
  Io handshake();
  /// Bytes that came since start_tls, of the handshake too.
  std::uint64_t received() const;

  /// Reads some bytes to the start of `out`; `n` is how many.
  Io read(std::span<std::uint8_t> out, std::size_t& n);
  Io write(std::string_view text, std::size_t& n);

  /// Says that no more will be sent; reading goes on.
  void finish();
  /// Throws away what came, up to `allowance` bytes, which it lowers.
  Io discard(std::size_t& allowance) const;

 private:
  Io result_of(int n);
  struct Free {
    void operator()(SSL* p) const noexcept { SSL_free(p); }
  };

  crypto::Fd socket_;
  std::unique_ptr<SSL, Free> tls_;
};

}  // namespace sandyk::intake
