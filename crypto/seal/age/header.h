// The header of an age v1 file (C2SP age.md, "Header", "Version line", "Recipient stanza", "ABNF definition
// of file header"): read strictly, written one way.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/age/format.h"
#include "crypto/seal/bytes.h"

namespace sandyk::crypto::age {

/// One recipient's part of the header: the arguments after "->", the first being the type, and the body.
struct Stanza {
  std::vector<std::string> arguments;
  Bytes body;
};

struct Header {
  std::vector<Stanza> stanzas;
  std::array<std::uint8_t, mac_size> mac;
  /// What the MAC is over: the received bytes through the three dashes.
  ByteView authenticated;
  /// Bytes from the start of the file to the payload's nonce.
  std::size_t size;
};

enum class HeaderFault {
  truncated,  ///< the bytes end before the header does
  version,    ///< not an age v1 file
  stanza,     ///< a stanza's first line is malformed
  body,       ///< a stanza's body is malformed
  mac,        ///< the MAC line is malformed
  no_stanza,
  too_many_stanzas,
  too_long,
};

struct HeaderError {
  HeaderFault fault;
  std::size_t line;  ///< counted from 1
};

/// Reads the header at the start of `file`; what follows it is not looked at. At most 64 KiB and 64
/// stanzas. `authenticated` in the result points into `file`.
[[nodiscard]] tl::expected<Header, HeaderError> parse_header(ByteView file);

/// The text of the stanzas with the version line before and the three dashes behind: what the MAC is over.
std::string write_unauthenticated(const std::vector<Stanza>& stanzas);

}  // namespace sandyk::crypto::age
