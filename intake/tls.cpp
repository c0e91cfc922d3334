#include "intake/tls.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <new>
#include <stdexcept>

namespace sandyk::intake {
namespace {

constexpr const char* tls12_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* groups = "X25519:P-256:P-384";

/// Many clients offer HTTP/2 first; this server speaks HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Io socket_result(ssize_t n) {
  if (n > 0) return Io::done;
  if (n == 0) return Io::ended;
  return errno == EAGAIN || errno == EINTR ? Io::wait : Io::failed;
}

int int_size(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

std::string_view sentence(TlsFault fault) {
  switch (fault) {
    case TlsFault::certificate:
      return "The certificate cannot be read as a PEM chain.";
    case TlsFault::key:
      return "The certificate's key cannot be read as a PEM key without a passphrase.";
    case TlsFault::mismatch:
      return "The key does not belong to the certificate.";
  }
  std::abort();
}

tl::expected<TlsContext, TlsFault> TlsContext::load(const std::filesystem::path& certificate,
                                                    const std::filesystem::path& key) {
  TlsContext tls(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const context = tls.get();
  if (!context) throw std::bad_alloc();
  const bool is_set = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_cipher_list(context, tls12_ciphers) == 1 &&
                      SSL_CTX_set1_groups_list(context, groups) == 1 &&
                      SSL_CTX_set_num_tickets(context, 0) == 1;
  if (!is_set) throw std::runtime_error("OpenSSL refuses the settings of this server");
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // a record's head and body in one call; every caller reads to the end
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  // Without this a key under a passphrase would ask for it on the terminal.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });

  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
    return tl::unexpected(TlsFault::certificate);
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool differs = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH ||
                         ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_TYPE_MISMATCH;
    return tl::unexpected(differs ? TlsFault::mismatch : TlsFault::key);
  }
  if (SSL_CTX_check_private_key(context) != 1) return tl::unexpected(TlsFault::mismatch);
  return tls;
}

Io Channel::peek(std::uint8_t& first) const {
  return socket_result(::recv(socket_.get(), &first, 1, MSG_PEEK));
}

void Channel::start_tls(const TlsContext& context) {
  tls_.reset(SSL_new(context.get()));
  if (!tls_ || SSL_set_fd(tls_.get(), socket_.get()) != 1) throw std::bad_alloc();
  SSL_set_accept_state(tls_.get());
}

Io Channel::result_of(int n) {
  switch (SSL_get_error(tls_.get(), n)) {
    case SSL_ERROR_NONE:
      return Io::done;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Io::wait;
    case SSL_ERROR_ZERO_RETURN:
      return Io::ended;
    default:
      return Io::failed;
  }
}

Io Channel::handshake() {
  ERR_clear_error();
  return result_of(SSL_accept(tls_.get()));
}

std::uint64_t Channel::received() const {
  return tls_ ? BIO_number_read(SSL_get_rbio(tls_.get())) : 0;
}

Io Channel::read(std::span<std::uint8_t> out, std::size_t& n) {
  n = 0;
  if (!tls_) {
    const ssize_t got = ::recv(socket_.get(), out.data(), out.size(), 0);
    if (got > 0) n = static_cast<std::size_t>(got);
    return socket_result(got);
  }
  ERR_clear_error();
  const int got = SSL_read(tls_.get(), out.data(), int_size(out.size()));
  if (got > 0) n = static_cast<std::size_t>(got);
  return result_of(got);
}

Io Channel::write(std::string_view text, std::size_t& n) {
  n = 0;
  if (!tls_) {
    const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent > 0) n = static_cast<std::size_t>(sent);
    return socket_result(sent);
  }
  ERR_clear_error();
  const int sent = SSL_write(tls_.get(), text.data(), int_size(text.size()));
  if (sent > 0) n = static_cast<std::size_t>(sent);
  return result_of(sent);
}

void Channel::finish() {
  ERR_clear_error();
  if (tls_) SSL_shutdown(tls_.get());
  ::shutdown(socket_.get(), SHUT_WR);
}

Io Channel::discard(std::size_t& allowance) const {
  while (allowance > 0) {
    std::uint8_t waste[4096];
    const ssize_t n = ::recv(socket_.get(), waste, std::min(sizeof waste, allowance), 0);
    if (n <= 0) return socket_result(n);
    allowance -= static_cast<std::size_t>(n);
  }
  return Io::ended;
}

}  // namespace sandyk::intake
