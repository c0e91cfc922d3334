// A crowd of hostile connections to a server on loopback, in one thread with epoll. What each of them does is
// a script; whoever is closed comes again with the next.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/seal/file.h"

namespace sandyk::bench {

using Clock = std::chrono::steady_clock;

/// What one connection says.
struct Script {
  bool has_tls = true;
  std::string at_once;
  std::string dripped;  ///< a piece after each pause, when all at once is said
};

/// How a crowd behaves.
struct Manners {
  std::uint16_t port = 0;
  std::size_t count = 100;  ///< connections at a time, at most
  double rate = 1e6;        ///< connects a second, at most
  std::chrono::milliseconds pause{1000};
  std::size_t piece = 1;                                  ///< bytes after each pause
  std::chrono::milliseconds least_wait{0}, most_wait{0};  ///< until one that was closed comes again
  bool takes_answers = true;
  bool leaves_after_handshake = false;
  bool has_one_source = false;  ///< otherwise thousands of 127.66.0.0/16
};

class Crowd {
 public:
  /// `next` gives the script of each connection as it begins; nothing when there is none now.
  Crowd(Manners manners, std::function<std::optional<Script>()> next);
  ~Crowd();

  /// Goes on until `end`, or until `is_over` turns true; `begun` is called once all have tried to connect.
  void run(Clock::time_point end, const std::atomic<bool>& is_over, const std::function<void()>& begun);

  std::uint64_t connects() const { return connects_; }
  std::uint64_t handshakes() const { return handshakes_; }
  /// How often each status was answered.
  const std::map<std::string, std::uint64_t>& answers() const { return answers_; }

 private:
  struct FreeTls {
    void operator()(SSL* p) const noexcept { SSL_free(p); }
  };
  struct FreeContext {
    void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
  };
  struct Member {
    crypto::Fd socket;
    std::unique_ptr<SSL, FreeTls> tls;
    bool is_talking = false;
    Script script;
    std::size_t written = 0, dripped = 0;
    std::string out;  ///< of the script's dripped part
    std::string answer;
    Clock::time_point due;  ///< the next piece, or coming again
  };

  void start_due(Clock::time_point now);
  bool start(std::size_t i);
  void advance(std::size_t i);
  bool shake_hands(Member& member);
  /// False when the connection is to be closed.
  bool say(Member& member);
  bool listen(Member& member);
  void drip(std::size_t i, Clock::time_point now);
  void close(Member& member);

  const Manners manners_;
  const std::function<std::optional<Script>()> next_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  crypto::Fd epoll_;
  std::vector<Member> members_;
  std::size_t first_free_ = 0;  ///< where the search for who comes next goes on
  double tokens_ = 0;
  Clock::time_point filled_;
  std::uint64_t connects_ = 0, handshakes_ = 0;
  std::map<std::string, std::uint64_t> answers_;
};

}  // namespace sandyk::bench
