#include "intake/connection.h"

#include <algorithm>

#include "crypto/seal/ids.h"
#include "intake/admission.h"
#include "intake/canonical.h"
#include "intake/form.h"
#include "intake/form_answer.h"
#include "intake/refusal.h"

namespace sandyk::intake {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t bytes_per_turn = 256 * 1024;
constexpr std::size_t linger_bytes = 64 * 1024;
// At a time while a head is read: most are shorter, and of a body that comes right behind it as little as may
// be goes through `in_`.
constexpr std::size_t head_bytes = 2 * 1024;
constexpr std::uint8_t tls_handshake_record = 0x16;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

std::chrono::milliseconds time_for(std::uint64_t length, const Limits& limits) {
  return std::chrono::milliseconds(length * 1000 / limits.min_rate);
}

}  // namespace

Connection::Connection(std::uint64_t id, crypto::Fd socket, SourceBuckets::Place source, const Limits& limits,
                       TimePoint now)
    : id_(id),
      source_(std::move(source)),
      channel_(std::move(socket)),
      deadline_(now + limits.handshake),
      since_(now),
      entered_(now) {}

bool Connection::advance(Surroundings& front, TimePoint now) {
  allowance_ = bytes_per_turn;
  while (true) {
    Step step = Step::wait;
    switch (phase_) {
      case Phase::silent:
        step = begin(front, now);
        break;
      case Phase::waiting:
        step = wait_for_turn(front);
        break;
      case Phase::handshake:
        step = shake_hands(front.limits(), now);
        break;
      case Phase::headers:
        step = read_head(front, now);
        break;
      case Phase::body:
        step = read_body(front, now);
        break;
      case Phase::writing:
        step = write_answer(front, now);
        break;
      case Phase::lingering:
        step = linger();
        break;
      case Phase::verifying:
      case Phase::working:
      case Phase::closed:
        return false;
    }
    if (step != Step::next) return step == Step::yield;
  }
}

void Connection::enter(Phase phase, TimePoint now, TimePoint deadline) {
  phase_ = phase;
  entered_ = now;
  deadline_ = deadline;
}

// Who has worked keeps the place of a body as long as it comes in by its deadline: a bad line is slow, and
// somebody on one has paid as much as others. Who has not must keep the least rate under pressure.
double Connection::needed_progress(const Limits& limits) const {
  const double least = static_cast<double>(limits.min_rate) / 1000;
  if (phase_ != Phase::body || !exchange_->has_worked) return least;
  return std::min(least, static_cast<double>(length_) / static_cast<double>((deadline_ - entered_) / 1ms));
}

// A body and an answer are measured from their own begin: the handshake on a line with a long delay is no
// fault of theirs.
Candidate Connection::candidate(const Limits& limits, TimePoint now) const {
  const bool is_own = phase_ == Phase::body || phase_ == Phase::writing;
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - (is_own ? entered_ : since_));
  const std::uint64_t bytes = phase_ == Phase::handshake ? channel_.received()
                              : phase_ == Phase::body    ? length_ - body_->missing()
                              : phase_ == Phase::writing ? written_
                                                         : received_;
  const double progress =
      static_cast<double>(bytes) / static_cast<double>(std::max<std::int64_t>(age.count(), 1));
  return {id_, phase_, source_.is_over_cap(), age, progress, needed_progress(limits)};
}

Connection::Step Connection::begin(Surroundings& front, TimePoint now) {
  std::uint8_t first = 0;
  switch (channel_.peek(first)) {
    case Io::done:
      break;
    case Io::wait:
      return Step::wait;
    case Io::ended:
    case Io::failed:
      return end();
  }
  if (!front.tls()) {
    enter(Phase::headers, now, now + front.limits().headers);
  } else if (first != tls_handshake_record) {
    return refuse_with(refuse(Refusal::needs_https), front.limits(), now);
  } else {
    phase_ = Phase::waiting;  // under the deadline of the silence
    received_ = 1;            // more than who has said nothing
  }
  return Step::next;
}

Connection::Step Connection::wait_for_turn(Surroundings& front) {
  if (!front.begin_handshake(source_)) return Step::wait;
  channel_.start_tls(*front.tls());  // only now: one that is silent or waits costs a small struct
  phase_ = Phase::handshake;
  return Step::next;
}

Connection::Step Connection::shake_hands(const Limits& limits, TimePoint now) {
  switch (channel_.handshake()) {
    case Io::done:
      received_ = channel_.received();
      enter(Phase::headers, now, now + limits.headers);
      return Step::next;
    case Io::wait:
      return Step::wait;
    case Io::ended:
    case Io::failed:
      return end();
  }
  std::abort();
}

Connection::Step Connection::read_some(Surroundings& front, std::size_t most, std::string_view& bytes) {
  if (allowance_ == 0) return Step::yield;
  std::size_t n = 0;
  switch (channel_.read(front.buffer().first(most), n)) {
    case Io::done:
      break;
    case Io::wait:
      return Step::wait;
    case Io::ended:
    case Io::failed:
      return end();
  }
  bytes = crypto::text_of(front.buffer().first(n));
  received_ += n;
  allowance_ -= std::min(allowance_, n);
  return Step::next;
}

// Into a new string: the old one still has what was erased from it, and is wiped as it goes.
void Connection::drop_received(std::size_t size) {
  std::string(in_, size).swap(in_);
}

Connection::Step Connection::read_head(Surroundings& front, TimePoint now) {
  const auto parsed = parse_head(in_);
  if (!parsed) return refuse_with(refuse(parsed.error()), front.limits(), now);
  if (!*parsed) {
    const bool was_idle = in_.empty() && requests_ > 0;
    std::string_view bytes;
    const Step step = read_some(front, head_bytes, bytes);
    in_ += bytes;
    if (was_idle && !in_.empty()) deadline_ = now + front.limits().headers;  // once for each request
    return step;
  }

  const Head& head = (*parsed)->head;
  drop_received((*parsed)->size);
  is_head_ = head.method == Method::head;
  is_form_ = head.method == Method::post && head.path == form_path;
  boundary_ = head.boundary.value_or("");
  readable_from_ = head.origin ? front.readable_from(head) : std::string();
  const auto admitted = front.admit(head);
  if (!admitted) return refuse_with(admitted.error(), front.limits(), now);
  return start_request(head, *admitted, front, now);
}

Connection::Step Connection::start_request(const Head& head, const Admitted& admitted, Surroundings& front,
                                           TimePoint now) {
  if (const auto why = front.turn_away(admitted.report))
    return refuse_with(refuse(*why), front.limits(), now);
  ++requests_;
  exchange_ = std::make_unique<Exchange>();
  exchange_->connection = id_;
  exchange_->request = canonical_request(head);
  exchange_->readable_from = readable_from_;
  exchange_->is_form = is_form_;
  exchange_->close =
      head.wants_close || requests_ == front.limits().requests_per_connection || front.is_stopping();
  length_ = admitted.body;
  expects_continue_ = head.expects_continue;
  if (admitted.report == 0) return start_body(front, now);
  const auto passed = front.pass_gate(id_, head, admitted.report);
  if (!passed) return refuse_with(passed.error(), front.limits(), now);
  if (*passed) return start_body(front, now);
  enter(Phase::verifying, now, TimePoint::max());  // the server's own time, not the peer's
  return Step::next;
}

void Connection::take_verdict(const std::optional<Answer>& refusal, Surroundings& front, TimePoint now) {
  if (refusal) {
    refuse_with(*refusal, front.limits(), now);
    return;
  }
  exchange_->has_worked = true;
  start_body(front, now);
}

Connection::Step Connection::start_body(Surroundings& front, TimePoint now) {
  if (length_ == 0) return submit(front, now);
  auto share = front.take_room(length_, exchange_->has_worked);
  if (!share) return refuse_with(refuse(Refusal::busy), front.limits(), now);
  auto body = IncomingBody::start(std::move(*share), length_, front.spool_folder());
  if (!body) {
    const bool is_full = body.error() == crypto::IoFault::disk_full;
    return refuse_with(refuse(is_full ? Refusal::disk_full : Refusal::storage_failed), front.limits(), now);
  }
  body_.emplace(std::move(*body));
  enter(Phase::body, now, now + front.limits().body + time_for(length_, front.limits()));
  if (expects_continue_ && in_.empty()) {
    // Nothing was sent on this connection that could fill its buffer: it goes out whole, or the peer is gone.
    std::size_t n = 0;
    if (channel_.write(go_on, n) != Io::done || n != go_on.size()) return end();
  }
  return Step::next;
}

Connection::Step Connection::read_body(Surroundings& front, TimePoint now) {
  std::string_view bytes = in_;
  if (in_.empty()) {
    const Step step = read_some(front, front.buffer().size(), bytes);
    if (bytes.empty()) return step;
  }
  const auto part = bytes.substr(0, body_->missing());
  const auto added = body_->add(crypto::bytes_of(part));
  std::string(bytes.substr(part.size())).swap(in_);
  if (!added) {
    const bool is_full = added.error() == crypto::IoFault::disk_full;
    return refuse_with(refuse(is_full ? Refusal::disk_full : Refusal::storage_failed), front.limits(), now);
  }
  if (body_->missing() > 0) return Step::next;

  exchange_->body.emplace(std::move(*body_).finish());
  exchange_->share.emplace(std::move(*body_).share());
  body_.reset();
  return is_form_ ? take_form(front, now) : submit(front, now);
}

/// From here on it is a PUT of the file that the form brought.
Connection::Step Connection::take_form(Surroundings& front, TimePoint now) {
  const auto refuse_it = [&](const Answer& answer) { return refuse_with(answer, front.limits(), now); };
  crypto::Bytes body(exchange_->body->size());
  if (!exchange_->body->read(0, body)) return refuse_it(refuse(Refusal::storage_failed));
  const auto form = parse_form(body, boundary_);
  if (!form) return refuse_it(refuse(Refusal::form));

  Head head{Method::put, {}, form->file.size(), {}, form->week.text(), {}};
  head.report = crypto::report_id(form->file).hex();
  head.path = std::string(reports_path) + *head.report;
  if (!form->puzzle.empty()) head.puzzle = form->puzzle;
  if (const auto admitted = front.admit(head); !admitted) return refuse_it(admitted.error());
  exchange_->request = canonical_request(head);
  exchange_->body.emplace(crypto::Bytes(form->file.begin(), form->file.end()));
  length_ = 0;  // all of it is here
  const auto passed = front.pass_gate(id_, head, form->file.size());
  if (!passed) return refuse_it(passed.error());
  if (*passed) return submit(front, now);
  enter(Phase::verifying, now, TimePoint::max());
  return Step::next;
}

Connection::Step Connection::submit(Surroundings& front, TimePoint now) {
  if (!front.submit(exchange_)) return refuse_with(refuse(Refusal::busy), front.limits(), now);
  enter(Phase::working, now, TimePoint::max());  // the server's own time, not the peer's
  return Step::next;
}

void Connection::take_answer(Exchange& exchange, const Limits& limits, TimePoint now) {
  out_ = std::move(exchange.answer);
  written_ = 0;
  close_after_ = exchange.close;
  enter(Phase::writing, now, now + limits.answer + time_for(out_.size(), limits));
}

Connection::Step Connection::refuse_with(const Answer& answer, const Limits& limits, TimePoint now) {
  body_.reset();
  exchange_.reset();
  if (is_form_) {
    out_ = write_closing_answer(form_answer(answer));
  } else if (readable_from_.empty()) {
    out_ = write_closing_answer(answer, is_head_);
  } else {
    Answer readable = answer;
    for (auto& header : readable_from(readable_from_)) readable.more.push_back(std::move(header));
    out_ = write_closing_answer(readable, is_head_);
  }
  written_ = 0;
  close_after_ = true;
  enter(Phase::writing, now, now + limits.answer);
  return Step::next;
}

Connection::Step Connection::write_answer(Surroundings& front, TimePoint now) {
  while (written_ < out_.size()) {
    std::size_t n = 0;
    switch (channel_.write(std::string_view(out_).substr(written_), n)) {
      case Io::done:
        written_ += n;
        break;
      case Io::wait:
        return Step::wait;
      case Io::ended:
      case Io::failed:
        return end();
    }
  }
  out_ = std::string();
  if (close_after_ || front.is_stopping()) {
    channel_.finish();
    linger_left_ = linger_bytes;
    enter(Phase::lingering, now, now + front.limits().linger);
  } else {
    since_ = now;
    received_ = in_.size();
    enter(Phase::headers, now, now + front.limits().idle);
  }
  return Step::next;
}

// Closing with unread bytes would reset the connection, and the answer might be lost on its way.
Connection::Step Connection::linger() {
  const Io io = channel_.discard(linger_left_);
  // One that sends on is not read any more. It waits, and has until the deadline to look at its answer.
  return io == Io::wait || linger_left_ == 0 ? Step::wait : end();
}

void Connection::expire(const Limits& limits, TimePoint now) {
  const bool is_heard = phase_ == Phase::body || (phase_ == Phase::headers && !in_.empty());
  if (is_heard)
    refuse_with(refuse(Refusal::too_slow), limits, now);
  else
    end();
}

}  // namespace sandyk::intake
