// One connection's way through its phases. It never blocks, and each phase has an absolute deadline.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "intake/admission.h"
#include "intake/body.h"
#include "intake/eviction.h"
#include "intake/exchange.h"
#include "intake/limits.h"
#include "intake/phase.h"
#include "intake/refusal.h"
#include "intake/source_buckets.h"
#include "intake/tls.h"

namespace sandyk::intake {

/// What a connection asks of the front.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  virtual const Limits& limits() const = 0;
  /// Null where connections are plain.
  virtual const TlsContext* tls() const = 0;
  /// A handshake may begin now; otherwise the connection waits for its turn.
  virtual bool begin_handshake(const SourceBuckets::Place& source) = 0;
  virtual tl::expected<Admitted, Answer> admit(const Head& head) = 0;
  /// The other node of the site whose page may read the answer; mostly none.
  virtual std::string readable_from(const Head& head) = 0;
  /// Why a report of this length is not taken as things are now.
  virtual std::optional<Refusal> turn_away(std::uint64_t length) const = 0;
  /// Whether a report that is admitted may go on: true, false when its solution is being verified first, or
  /// the answer to give at once.
  virtual tl::expected<bool, Answer> pass_gate(std::uint64_t connection, const Head& head,
                                               std::uint64_t length) = 0;
  /// Room for a body; under pressure those that fall behind the least rate make way.
  virtual std::optional<Budget::Share> take_room(std::uint64_t length, bool has_worked) = 0;
  virtual const std::filesystem::path& spool_folder() const = 0;
  virtual bool submit(std::unique_ptr<Exchange>& exchange) = 0;
  virtual bool is_stopping() const = 0;
  /// Where every read goes first.
  virtual std::span<std::uint8_t> buffer() = 0;
};

class Connection {
 public:
  Connection(std::uint64_t id, crypto::Fd socket, SourceBuckets::Place source, const Limits& limits,
             TimePoint now);

  /// Does whatever can be done without waiting. True when it stopped to be fair to others and wants to go on.
  bool advance(Surroundings& front, TimePoint now);
  /// What came of verifying its solution: nothing when it may go on.
  void take_verdict(const std::optional<Answer>& refusal, Surroundings& front, TimePoint now);
  /// A worker is done with this connection's request.
  void take_answer(Exchange& exchange, const Limits& limits, TimePoint now);
  /// The deadline has passed: says so where somebody may be listening, or closes.
  void expire(const Limits& limits, TimePoint now);
  void close() { phase_ = Phase::closed; }

  std::uint64_t id() const { return id_; }
  int fd() const { return channel_.fd(); }
  Phase phase() const { return phase_; }
  TimePoint deadline() const { return deadline_; }

  /// What eviction goes by.
  Candidate candidate(const Limits& limits, TimePoint now) const;

 private:
  enum class Step { next, wait, yield };

  Step begin(Surroundings& front, TimePoint now);
  Step wait_for_turn(Surroundings& front);
  Step shake_hands(const Limits& limits, TimePoint now);
  Step read_head(Surroundings& front, TimePoint now);
  Step start_request(const Head& head, const Admitted& admitted, Surroundings& front, TimePoint now);
  Step start_body(Surroundings& front, TimePoint now);
  Step read_body(Surroundings& front, TimePoint now);
  Step take_form(Surroundings& front, TimePoint now);
  Step submit(Surroundings& front, TimePoint now);
  Step write_answer(Surroundings& front, TimePoint now);
  Step linger();
  Step refuse_with(const Answer& answer, const Limits& limits, TimePoint now);
  Step end() {
    phase_ = Phase::closed;
    return Step::next;
  }
  /// Some more bytes, at most `most` (within the front's buffer), if the turn's allowance is not used up.
  Step read_some(Surroundings& front, std::size_t most, std::string_view& bytes);
  void enter(Phase phase, TimePoint now, TimePoint deadline);
  double needed_progress(const Limits& limits) const;
  /// Nothing of it stays: a user agent outlives its request in no idle connection.
  void drop_received(std::size_t size);

  const std::uint64_t id_;
  const SourceBuckets::Place source_;
  Channel channel_;
  Phase phase_ = Phase::silent;
  TimePoint deadline_;
  TimePoint since_;             ///< its request began, or the connection
  TimePoint entered_;           ///< its phase, where that has a progress of its own
  std::uint64_t received_ = 0;  ///< of this request, and of the handshake before the first
  unsigned requests_ = 0;
  std::size_t allowance_ = 0;    ///< bytes that this turn may still read
  std::size_t linger_left_ = 0;  ///< bytes that may still come after the answer

  std::string in_;                      ///< received and not yet used
  std::unique_ptr<Exchange> exchange_;  ///< of the request that is being read
  std::uint64_t length_ = 0;            ///< of its body
  bool expects_continue_ = false;
  bool is_head_ = false;       ///< the request is a HEAD, whose answer has no body
  std::string readable_from_;  ///< of the request
  bool is_form_ = false;
  std::string boundary_;  ///< of the form's parts
  std::optional<IncomingBody> body_;
  std::string out_;
  std::size_t written_ = 0;
  bool close_after_ = false;
};

}  // namespace sandyk::intake
