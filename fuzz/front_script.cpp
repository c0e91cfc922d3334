#include "fuzz/front_script.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "crypto/seal/ids.h"
#include "intake/request_head.h"

namespace sandyk::fuzzing {
namespace {

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::uint64_t largest_body = 2 * crypto::mib;

void must(bool holds) {
  if (!holds) std::abort();
}

/// The value of a field of an answer's head; aborts when it stands there twice.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  const std::string start = "\r\n" + std::string(name) + ": ";
  const auto at = head.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  must(head.find(start, at + 1) == std::string_view::npos);
  const auto value = head.substr(at + start.size());
  return value.substr(0, value.find("\r\n"));
}

/// Of an answer's head, its last line end included.
GotAnswer check_head(std::string_view head) {
  must(head.starts_with("HTTP/1.1 ") && head.size() > 13 && head[12] == ' ');
  const std::string_view digits = head.substr(9, 3);
  must(std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }));
  const int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  must(status >= 200 && status <= 599);
  for (std::size_t at = 0; (at = head.find_first_of("\r\n", at)) != std::string_view::npos; at += 2)
    must(head.substr(at, 2) == "\r\n");
  for (const char* never : {"Set-Cookie", "ETag", "Last-Modified", "Accept-Ranges", "Server", "Date",
                            "Content-Encoding", "Transfer-Encoding", "Alt-Svc"})
    must(!field(head, never));
  must(field(head, "Cache-Control") == "no-store" && field(head, "Content-Security-Policy"));
  const auto connection = field(head, "Connection");
  const bool is_closing = connection == "close";
  must(is_closing || status < 400);
  return {status, is_closing};
}

std::optional<std::size_t> number(std::string_view digits) {
  if (digits.empty() || digits.size() > 9) return std::nullopt;
  std::size_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + static_cast<std::size_t>(c - '0');
  }
  return value;
}

/// What was acknowledged is what its name says.
void check_stored(const intake::Head& head, std::string_view body) {
  constexpr std::string_view folder = "/reports/";
  must(head.method == intake::Method::put && head.path.starts_with(folder));
  must(crypto::sha256(crypto::bytes_of(body)).hex() == head.path.substr(folder.size()));
}

}  // namespace

void Line::read() {
  const std::string_view all = peer_->received;
  while (true) {
    const auto rest = all.substr(read_);
    must(rest.empty() || answers_.empty() || !answers_.back().is_closing);  // nothing after a last answer
    if (rest.starts_with(go_on)) {
      read_ += go_on.size();
      went_on_ = true;
      continue;
    }
    const auto end = rest.find(end_of_head);
    if (end == std::string_view::npos) return;
    const auto head = rest.substr(0, end + 2);
    const auto answer = check_head(head);
    const auto length = number(field(head, "Content-Length").value_or(""));
    must(length.has_value());
    const std::size_t size = end + end_of_head.size() + *length;
    if (rest.size() < size) return;
    read_ += size;
    answers_.push_back(answer);
    peer_->since = network_->now();
  }
}

std::chrono::milliseconds longest(const intake::Limits& limits) {
  const std::chrono::milliseconds for_bytes(2 * largest_body * 1000 / limits.min_rate);
  return limits.handshake + limits.headers + limits.body + limits.answer + limits.idle + limits.linger +
         for_bytes + most_held + 5 * limits.sweep;
}

void Line::check_deadline(const intake::Limits& limits) const {
  if (!peer_->is_accepted || peer_->is_closed) return;
  const auto age = network_->now() - peer_->since;
  must(age <= longest(limits));
  if (peer_->sent.empty()) must(age <= limits.handshake + 3 * limits.sweep);
}

void Line::check_answers() const {
  std::string_view left = std::string_view(peer_->sent).substr(0, peer_->taken);
  for (const GotAnswer& answer : answers_) {
    const auto parsed = intake::parse_head(left);
    const bool is_whole = parsed && *parsed;
    if (!is_whole) return must(answer.is_closing);  // a refusal of what is no request, or none yet
    const intake::Head& head = (*parsed)->head;
    left.remove_prefix((*parsed)->size);
    const std::uint64_t length = head.content_length.value_or(0);
    if (answer.is_closing && answer.status >= 300) return;  // perhaps before its body
    must(length <= left.size());
    if (answer.status == 201)
      check_stored(head, left.substr(0, static_cast<std::size_t>(length)));
    else
      must(head.method == intake::Method::get && answer.status == 200);
    left.remove_prefix(static_cast<std::size_t>(length));
  }
}

}  // namespace sandyk::fuzzing
