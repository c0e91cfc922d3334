// sandyk-load: seals reports beforehand, then sends each over TLS connections as fast as the server
// takes them, and says how many were acknowledged, how fast, and how long one took. With --get it asks for a
// path instead, of any HTTPS server.
#include <fcntl.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "bench/keyring_file.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/file.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/process.h"
#include "crypto/seal/size_class.h"

namespace {

using namespace sandyk;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string host = "127.0.0.1", port = "8443", ca, keyring, root_key, packed, acknowledged, get;
  std::size_t count = 5000, clients = 32;
  bool keep_alive = false;
};

/// Whole requests, head and body.
struct Load {
  std::vector<std::string> requests;
  std::atomic<std::size_t> next{0};
  crypto::Fd acknowledged;  ///< gets the id of each report that was acknowledged, a line each, at once
};

/// The id in `PUT /reports/<id> HTTP/1.1`.
std::string_view id_of(const std::string& request) {
  return std::string_view(request).substr(13, 64);
}

struct Tally {
  std::size_t accepted = 0, refused = 0, broken = 0;
  std::vector<double> milliseconds;  // of those accepted
};

struct FreeContext {
  void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
};
struct FreeTls {
  void operator()(SSL* p) const noexcept { SSL_free(p); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

/// One blocking TLS connection; a full handshake each.
class Connection {
 public:
  Connection(SSL_CTX* context, const Options& options) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(options.host.c_str(), options.port.c_str(), &hints, &found) != 0) return;
    socket_ = crypto::Fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{30, 0};
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool connected = ::connect(socket_.get(), found->ai_addr, found->ai_addrlen) == 0;
    ::freeaddrinfo(found);
    if (!connected) return;
    tls_.reset(SSL_new(context));
    SSL_set_fd(tls_.get(), socket_.get());
    is_open_ = SSL_connect(tls_.get()) == 1;
  }

  bool is_open() const { return is_open_; }

  /// The status of the answer, or 0.
  int exchange(const std::string& request) {
    if (SSL_write(tls_.get(), request.data(), static_cast<int>(request.size())) <= 0) return 0;
    std::string answer;
    while (!is_whole(answer)) {
      char buffer[4096];
      const int n = SSL_read(tls_.get(), buffer, sizeof buffer);
      if (n <= 0) return 0;
      answer.append(buffer, static_cast<std::size_t>(n));
    }
    if (answer.find("Connection: close") != std::string::npos) is_open_ = false;
    return std::atoi(answer.substr(9, 3).c_str());
  }

 private:
  static bool is_whole(const std::string& answer) {
    const auto end = answer.find("\r\n\r\n");
    const auto field = answer.find("Content-Length: ");
    if (end == std::string::npos || field > end) return false;
    return answer.size() >= end + 4 + std::strtoul(answer.c_str() + field + 16, nullptr, 10);
  }

  crypto::Fd socket_;
  std::unique_ptr<SSL, FreeTls> tls_;
  bool is_open_ = false;
};

void send_reports(Load& load, SSL_CTX* context, const Options& options, Tally& tally) {
  std::unique_ptr<Connection> connection;
  for (std::size_t i = load.next++; i < load.requests.size(); i = load.next++) {
    const auto begin = Clock::now();
    if (!connection || !connection->is_open() || !options.keep_alive)
      connection = std::make_unique<Connection>(context, options);
    const int status = connection->is_open() ? connection->exchange(load.requests[i]) : 0;
    if (status == 201 || (status == 200 && !options.get.empty())) {
      ++tally.accepted;
      if (load.acknowledged.is_open()) {
        const std::string line = std::string(id_of(load.requests[i])) + "\n";
        if (!crypto::write_all(load.acknowledged.get(), crypto::bytes_of(line))) std::abort();
      }
      tally.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    } else {
      ++(status == 0 ? tally.broken : tally.refused);
      connection.reset();
    }
  }
}

crypto::Bytes read_plaintext(const Options& options) {
  if (options.packed.empty()) return crypto::Bytes(crypto::size_classes[0]);
  auto file = crypto::read_file(options.packed, crypto::size_classes.back());
  if (!file) throw std::runtime_error("The packed report cannot be read.");
  return std::move(*file);
}

void seal_reports(Load& load, const crypto::Keyring& keyring, const Options& options) {
  const crypto::Bytes plain = read_plaintext(options);
  const auto recipients = keyring.recipients();
  load.requests.resize(options.count);
  std::vector<std::jthread> sealing;
  for (std::size_t part = 0; part < 2; ++part) {
    sealing.emplace_back([&, part] {
      for (std::size_t i = part; i < options.count; i += 2) {
        const auto sealed = crypto::age::seal(recipients, plain);
        load.requests[i] = fmt::format(
            "PUT /reports/{} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\nSandyk-Week: {}\r\n{}\r\n{}",
            crypto::report_id(*sealed).hex(), options.host, sealed->size(), keyring.content().week.text(),
            options.keep_alive ? "" : "Connection: close\r\n", crypto::text_of(*sealed));
      }
    });
  }
}

void ask_for(Load& load, const Options& options) {
  load.requests.assign(options.count,
                       fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n", options.get, options.host,
                                   options.keep_alive ? "" : "Connection: close\r\n"));
}

Context make_context(const Options& options) {
  Context context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_file(context.get(), options.ca.c_str()) != 1)
    throw std::runtime_error("The CA file cannot be read.");
  return context;
}

Tally run(Load& load, SSL_CTX* context, const Options& options) {
  std::vector<Tally> tallies(options.clients);
  {
    std::vector<std::jthread> clients;
    for (Tally& tally : tallies) clients.emplace_back([&] { send_reports(load, context, options, tally); });
  }
  Tally sum;
  for (const Tally& tally : tallies) {
    sum.accepted += tally.accepted;
    sum.refused += tally.refused;
    sum.broken += tally.broken;
    sum.milliseconds.insert(sum.milliseconds.end(), tally.milliseconds.begin(), tally.milliseconds.end());
  }
  std::sort(sum.milliseconds.begin(), sum.milliseconds.end());
  return sum;
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

int measure(Options options, const std::string& url) {
  constexpr std::string_view scheme = "https://";
  const auto colon = url.rfind(':');
  if (!url.starts_with(scheme) || colon <= scheme.size())
    throw std::runtime_error("--to is https://HOST:PORT.");
  options.host = url.substr(scheme.size(), colon - scheme.size());
  options.port = url.substr(colon + 1);
  const Context context = make_context(options);
  Load load;
  if (!options.acknowledged.empty())
    load.acknowledged =
        crypto::Fd(::open(options.acknowledged.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (options.get.empty())
    seal_reports(load, bench::read_keyring(options.keyring, options.root_key), options);
  else
    ask_for(load, options);

  const auto begin = Clock::now();
  const Tally tally = run(load, context.get(), options);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  fmt::print(
      "accepted {}  refused {}  broken {}  in {:.2f} s: {:.0f} reports/s  p50 {:.1f} ms  p99 {:.1f} ms\n",
      tally.accepted, tally.refused, tally.broken, seconds, static_cast<double>(tally.accepted) / seconds,
      percentile(tally.milliseconds, 0.5), percentile(tally.milliseconds, 0.99));
  return tally.accepted == options.count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::string url;
  CLI::App app("Measures how many reports a second an intake stores.", "sandyk-load");
  app.add_option("--to", url, "https://HOST:PORT")->required();
  app.add_option("--ca", options.ca, "Certificate to trust, PEM")->required();
  app.add_option("--keyring", options.keyring, "This week's keyring, with its .minisig beside it");
  app.add_option("--root-key", options.root_key, "The site's root.pub");
  app.add_option("--get", options.get, "Ask for this path so many times instead; needs no keyring")
      ->excludes("--keyring");
  app.add_option("--count", options.count, "Reports, each sealed anew, of 16 KiB (default 5000)");
  app.add_option("--clients", options.clients, "At a time (default 32)");
  app.add_option("--packed", options.packed,
                 "Seal this packed report (sandyk-report pack) anew each time instead of zeros");
  app.add_option("--acknowledged", options.acknowledged,
                 "Append the id of each report to this file as soon as it is acknowledged");
  app.add_flag("--keep-alive", options.keep_alive,
               "Many reports over a connection, where a new one each is the default");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  try {
    crypto::start_process();
    ::signal(SIGPIPE, SIG_IGN);
    return measure(options, url);
  } catch (const std::exception& fault) {
    fmt::print(stderr, "sandyk-load: {}\n", fault.what());
    return 1;
  }
}
