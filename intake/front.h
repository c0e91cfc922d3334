// The front: owns every socket, in one thread, with epoll. It delimits, decides early, keeps the deadlines,
// and hands complete requests to the workers (docs/design.md, section 6). An attacker who gets in here holds
// TLS and sealed bytes, no key of a report.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "intake/connection.h"
#include "intake/handshake_gate.h"
#include "intake/listener.h"
#include "intake/puzzle_gate.h"
#include "intake/weather.h"
#include "intake/workers.h"

namespace sandyk::intake {

struct FrontSettings {
  Limits limits;
  std::filesystem::path spool_folder;
  std::function<tl::expected<Admitted, Answer>(const Head&)> admit;
  std::function<std::string(const Head&)> readable_from;  ///< origin_of_node; may be absent
  Workers::Answering answering;
  std::function<Supplies()> supplies;    ///< of the disk; without it there is always enough
  std::atomic<Weather>* weather;         ///< written at each sweep
  std::optional<PuzzleSettings> puzzle;  ///< without them no work is ever asked for
};

class Front final : private Surroundings {
 public:
  /// Without `tls` connections are plain: only for a UNIX socket. Raises the limit of descriptors where it
  /// may, and lowers max_connections to what is left.
  Front(FrontSettings settings, Listener listener, std::optional<TlsContext> tls);
  ~Front() override;

  /// Serves until stop() was called and what was in work is finished, or the time for that is over.
  void run();
  /// From any thread.
  void stop();

  std::uint64_t accept_errors() const { return accept_errors_; }
  std::size_t max_connections() const { return settings_.limits.max_connections; }

 private:
  const Limits& limits() const override { return settings_.limits; }
  const TlsContext* tls() const override { return tls_ ? &*tls_ : nullptr; }
  bool begin_handshake(const SourceBuckets::Place& source) override;
  std::optional<Refusal> turn_away(std::uint64_t length) const override;
  tl::expected<Admitted, Answer> admit(const Head& head) override;
  std::string readable_from(const Head& head) override {
    return settings_.readable_from ? settings_.readable_from(head) : std::string();
  }
  tl::expected<bool, Answer> pass_gate(std::uint64_t connection, const Head& head,
                                       std::uint64_t length) override;
  std::optional<Budget::Share> take_room(std::uint64_t length, bool has_worked) override;
  const std::filesystem::path& spool_folder() const override { return settings_.spool_folder; }
  bool submit(std::unique_ptr<Exchange>& exchange) override { return workers_->submit(exchange); }
  bool is_stopping() const override { return stop_by_.has_value(); }
  std::span<std::uint8_t> buffer() override { return buffer_; }

  bool watch(int fd, std::uint64_t id, unsigned events);
  void accept_waiting(TimePoint now);
  /// Those who may go, of the bodies only or of all.
  std::vector<std::uint64_t> evictable(TimePoint now, bool only_bodies) const;
  void advance(std::uint64_t id, TimePoint now);
  void begin_waiting_handshakes(TimePoint now);
  void look_at_the_weather(TimePoint now);
  void answer_finished(TimePoint now);
  void conclude_verified(TimePoint now);
  void begin_stopping(TimePoint now);
  void sweep(TimePoint now);
  void expire_late(TimePoint now);
  void forget();

  FrontSettings settings_;
  Listener listener_;
  std::optional<TlsContext> tls_;
  crypto::Fd epoll_, stop_event_;
  Budget budget_;
  SourceBuckets sources_;
  HandshakeGate handshake_gate_;
  std::optional<PuzzleGate> puzzle_gate_;
  std::optional<PuzzleVerifiers> verifiers_;  ///< where there is a gate
  std::vector<std::uint8_t> buffer_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::uint64_t> unfinished_;         ///< stopped to be fair, and go on in the next turn
  std::deque<std::uint64_t> waiting_handshakes_;  ///< in the order of their coming
  std::uint64_t next_id_;
  Barometer by_peers_, by_supplies_;  ///< what peers can change at once, and what lasts
  std::optional<Supplies> supplies_;
  TimePoint next_supplies_;
  /// No connection's comes before it: a thousand idle ones are not looked at ten times a second.
  TimePoint next_deadline_ = TimePoint::max();
  std::optional<TimePoint> stop_by_;
  std::atomic<std::uint64_t> accept_errors_{0};
  std::unique_ptr<Workers> workers_;  // last: its exchanges hold shares of the budget
};

}  // namespace sandyk::intake
