// Who opens a file, of any native type (C2SP age.md, "Native recipient types").
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

#include "crypto/open/age/mlkem768x25519.h"
#include "crypto/open/age/scrypt.h"
#include "crypto/open/age/x25519.h"

namespace sandyk::crypto::age {

using Identity = std::variant<HybridIdentity, X25519Identity, ScryptIdentity>;

/// The identity that an `AGE-SECRET-KEY-PQ-1…` or `AGE-SECRET-KEY-1…` is. Other types, plugins among them,
/// are not ours.
std::optional<Identity> parse_identity(std::string_view text);

/// The file key by the first of `identities` that finds one; each looks at all stanzas, and passes over those
/// of types it does not know. Nothing when none finds one. Faults: header, too_costly.
[[nodiscard]] tl::expected<std::optional<FileKey>, OpenFault> unwrap(std::span<const Identity> identities,
                                                                     std::span<const Stanza> stanzas);
[[nodiscard]] tl::expected<std::optional<FileKey>, OpenFault> unwrap(
    std::span<const HybridIdentity> identities, std::span<const Stanza> stanzas);

}  // namespace sandyk::crypto::age
