// Hex and base64 in the strict forms our formats use: one spelling for each value, nothing skipped.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/bytes.h"

namespace sandyk::crypto {

/// Lower-case hex of public bytes.
std::string to_hex(ByteView bytes);

/// Bytes of lower-case hex, an even number of digits; nothing else is accepted.
std::optional<Bytes> from_hex(std::string_view text);

enum class Base64 {
  padless,  ///< standard alphabet, no padding: age headers
  padded,   ///< standard alphabet with padding: minisign
  url,      ///< URL alphabet, no padding: our JSON
};

/// Base64 of public bytes.
std::string to_base64(ByteView bytes, Base64 variant);

/// Bytes of canonical base64: no white space, no trailing bits, exactly the variant's padding.
std::optional<Bytes> from_base64(std::string_view text, Base64 variant);

}  // namespace sandyk::crypto
