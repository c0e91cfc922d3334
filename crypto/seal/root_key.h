// The site's root public key as people hand it to a program: on the command line or in a file.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/signature.h"

namespace sandyk::crypto {

enum class RootKeyFault {
  neither,    ///< not a key, and not the name of a file that can be read
  not_a_key,  ///< a file, but with something else in it
};
/// Completes "The root key ...", for people.
std::string_view sentence(RootKeyFault fault);

/// A minisign public key: its base64 line, or the name of a file that holds it.
[[nodiscard]] tl::expected<VerifyKey, RootKeyFault> read_root_key(const std::string& line_or_file);

}  // namespace sandyk::crypto
