// The lines between the desk and its reader: a kind, a length, bytes. Each talk has a line of its own, which
// the desk hands over through the reader's control line.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "crypto/seal/secret.h"

namespace sandyk::desk {

enum class Say : std::uint8_t {
  // what the desk asks
  begin = 'B',   ///< here are pages: their number; answered by `listing` or `fault`
  sealed = 'S',  ///< give the sealed report at this place of the listing; answered by `bytes` or `fault`
  unpack = 'U',  ///< take this packed report apart; answered by `report` or `refused`: that is the whole talk
  picture =
      'I',     ///< decode this picture, a number before it that its longer side may have at most; answered by
               ///< `pixels` or `refused`: that is the whole talk
  page = 'p',  ///< a PageRun with the page that was wanted; empty when it cannot be had
  // what the reader says
  wanted = 'P',  ///< a page by its number, in the middle of an answer
  listing = 'L',
  bytes = 'D',
  report = 'R',
  pixels = 'X',
  refused = 'N',  ///< a sentence
  fault = 'F',    ///< a storage::ReadFault
};

struct Message {
  Say say;
  crypto::WipedBytes bytes;
};

/// Until when the desk waits for a reader that may be taken over; `fd` does not block then, however slowly
/// the other side goes on. The reader itself waits for ever.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline never = Deadline::max();

/// False when the other side is gone, or it is later than `until`.
bool send_message(int fd, Say say, std::span<const std::uint8_t> bytes, Deadline until = never);
/// Nothing when the other side is gone, it is later than `until`, or something is said that is larger than
/// any message.
std::optional<Message> receive_message(int fd, Deadline until = never);

/// Hands `line` over to the reader, as another talk. False when it is gone.
bool send_talk(int control, int line);
/// The line of the next talk; nothing when the desk is gone.
std::optional<int> receive_talk(int control);

/// Pages in a row, as they stand in a message behind the number of the first.
class PageRun {
 public:
  static constexpr std::size_t page_size = 4096;
  PageRun() = default;
  explicit PageRun(std::uint32_t first);
  void add(std::span<const std::uint8_t, page_size> page);
  bool has(std::uint32_t number) const { return number >= first() && number - first() < count(); }
  /// One that it has.
  std::span<const std::uint8_t, page_size> page(std::uint32_t number) const;
  const crypto::WipedBytes& bytes() const { return bytes_; }
  friend std::optional<PageRun> parse_run(crypto::WipedBytes bytes);

 private:
  std::uint32_t first() const;
  std::size_t count() const { return bytes_.size() / page_size; }
  crypto::WipedBytes bytes_;
};
/// Nothing unless there are a number and at least one page, all of it.
std::optional<PageRun> parse_run(crypto::WipedBytes bytes);

/// A number of four bytes in a message.
std::array<std::uint8_t, 4> number_bytes(std::uint32_t value);
std::optional<std::uint32_t> number_of(std::span<const std::uint8_t> bytes);

}  // namespace sandyk::desk
