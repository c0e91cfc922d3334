// The line between the desk and its reader: a kind, a length, bytes.
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
  unpack = 'U',  ///< take this packed report apart; answered by `report` or `refused`
  picture =
      'I',     ///< decode this picture, its longer side at most a number before it; answered by `pixels` or
               ///< `refused`
  page = 'p',  ///< the page that was wanted, empty when it cannot be had
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

/// False when the other side is gone.
bool send_message(int fd, Say say, std::span<const std::uint8_t> bytes);
/// Nothing when the other side is gone, waited too long, or says something larger than any message.
std::optional<Message> receive_message(int fd);

/// A number of four bytes in a message.
std::array<std::uint8_t, 4> number_bytes(std::uint32_t value);
std::optional<std::uint32_t> number_of(std::span<const std::uint8_t> bytes);

}  // namespace sandyk::desk
