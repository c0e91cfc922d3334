#include "desk/reader_channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "desk/reader_answers.h"

namespace sandyk::desk {
namespace {

constexpr std::size_t head_size = 5, most_together = 192 * 1024;

/// Whether a call that did not go through may be tried again: it was interrupted, or `fd` is ready in time.
bool try_again(int fd, short event, Deadline until) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN || until == never) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  pollfd wait{fd, event, 0};
  return left.count() > 0 &&
         ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 1000))) >= 0;
}

/// Reads or writes, as `some` does a piece of it, until `bytes` is through.
template <class Byte, class Some>
bool pass_whole(int fd, std::span<Byte> bytes, short event, Deadline until, Some some) {
  while (!bytes.empty()) {
    const auto n = some(fd, bytes.data(), bytes.size());
    if (n < 0 && try_again(fd, event, until)) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    if (until != never && std::chrono::steady_clock::now() > until) return false;
  }
  return true;
}

bool write_whole(int fd, std::span<const std::uint8_t> bytes, Deadline until) {
  return pass_whole(fd, bytes, POLLOUT, until, ::write);
}
bool read_whole(int fd, std::span<std::uint8_t> bytes, Deadline until) {
  return pass_whole(fd, bytes, POLLIN, until, ::read);
}

}  // namespace

std::array<std::uint8_t, 4> number_bytes(std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes{};
  for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return bytes;
}

std::optional<std::uint32_t> number_of(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != 4) return std::nullopt;
  std::uint32_t value = 0;
  for (unsigned i = 4; i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

PageRun::PageRun(std::uint32_t first) {
  const auto bytes = number_bytes(first);
  bytes_.assign(bytes.begin(), bytes.end());
}

void PageRun::add(std::span<const std::uint8_t, page_size> page) {
  const std::size_t at = bytes_.size();
  bytes_.resize(at + page_size);
  std::memcpy(bytes_.data() + at, page.data(), page_size);
}

std::uint32_t PageRun::first() const {
  return bytes_.empty() ? 0 : *number_of(std::span(bytes_).first(4));
}

std::span<const std::uint8_t, PageRun::page_size> PageRun::page(std::uint32_t number) const {
  return std::span<const std::uint8_t, page_size>(bytes_.data() + 4 + (number - first()) * page_size,
                                                  page_size);
}

std::optional<PageRun> parse_run(crypto::WipedBytes bytes) {
  if (bytes.size() < 4 + PageRun::page_size || bytes.size() % PageRun::page_size != 4) return std::nullopt;
  PageRun run;
  run.bytes_ = std::move(bytes);
  return run;
}

bool send_message(int fd, Say say, std::span<const std::uint8_t> bytes, Deadline until) {
  if (bytes.size() > max_reader_message) return false;
  std::array<std::uint8_t, head_size> head{static_cast<std::uint8_t>(say)};
  std::ranges::copy(number_bytes(static_cast<std::uint32_t>(bytes.size())), head.begin() + 1);
  if (bytes.size() > most_together) return write_whole(fd, head, until) && write_whole(fd, bytes, until);
  // In one piece: the other side is woken once.
  crypto::WipedBytes all(head.begin(), head.end());
  all.insert(all.end(), bytes.begin(), bytes.end());
  return write_whole(fd, all, until);
}

std::optional<Message> receive_message(int fd, Deadline until) {
  std::array<std::uint8_t, head_size> head{};
  if (!read_whole(fd, head, until)) return std::nullopt;
  const auto size = number_of(std::span(head).subspan(1));
  if (!size || *size > max_reader_message) return std::nullopt;
  Message message{static_cast<Say>(head[0]), crypto::WipedBytes(*size)};
  if (!read_whole(fd, message.bytes, until)) return std::nullopt;
  return message;
}

bool send_talk(int control, int line) {
  char word = 't';
  iovec piece{&word, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof line)> space{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof line);
  std::memcpy(CMSG_DATA(head), &line, sizeof line);
  return ::sendmsg(control, &message, MSG_NOSIGNAL) == 1;
}

std::optional<int> receive_talk(int control) {
  char word = 0;
  int line = -1;
  iovec piece{&word, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof line)> space{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  if (::recvmsg(control, &message, MSG_CMSG_CLOEXEC) != 1) return std::nullopt;
  const cmsghdr* const head = CMSG_FIRSTHDR(&message);
  if (head == nullptr || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof line))
    return std::nullopt;
  std::memcpy(&line, CMSG_DATA(head), sizeof line);
  return line;
}

}  // namespace sandyk::desk
