// The lines between the desk and its reader: a kind, a length, bytes. Each talk has a line of its own, which
// the desk hands over through the reader's control line.
#pragma once

#include <array>
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
  page = 'p',    ///< the page that was wanted, and maybe some that follow it; empty when it cannot be had
  // what the reader says
  wanted = 'P',  ///< a page by its number, in the middle of an answer
  listing = 'L',
  bytes = 'D',
  report = 'R',
  refused = 'N',  ///< a sentence
  fault = 'F',    ///< a storage::ReadFault
};

struct Message {
  Say say;
  crypto::WipedBytes bytes;
};

/// False when the other side is gone.
bool send_message(int fd, Say say, std::span<const std::uint8_t> bytes);
/// Nothing when the other side is gone, waited too long, or says something larger than any message.
std::optional<Message> receive_message(int fd);

/// Hands `line` over to the reader, as another talk. False when it is gone.
bool send_talk(int control, int line);
/// The line of the next talk; nothing when the desk is gone.
std::optional<int> receive_talk(int control);

/// A number of four bytes in a message.
std::array<std::uint8_t, 4> number_bytes(std::uint32_t value);
std::optional<std::uint32_t> number_of(std::span<const std::uint8_t> bytes);

}  // namespace sandyk::desk
