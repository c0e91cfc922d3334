// The header of an age v1 file (C2SP age.md, "Header"): read strictly, written one way.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/age_format.h"
#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

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

/// Reads the header at the start of `file`; what follows it is not looked at. At most 64 KiB and 20
/// stanzas. `authenticated` in the result points into `file`.
[[nodiscard]] tl::expected<Header, HeaderError> parse_header(ByteView file);

/// The text of the stanzas with the version line before and the three dashes behind: what the MAC is over.
std::string write_unauthenticated(const std::vector<Stanza>& stanzas);

/// The whole header: the above, then the MAC made with `file_key`.
std::string write_header(const std::vector<Stanza>& stanzas, const FileKey& file_key);

/// The header's MAC (age.md, "Header MAC") over its bytes through the three dashes.
std::array<std::uint8_t, mac_size> header_mac(const FileKey& file_key, ByteView authenticated);

}  // namespace sandyk::crypto::age
