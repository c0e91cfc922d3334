// Whom a file is sealed to, of any native type, and which may stand together (C2SP age.md, "Native recipient
// types").
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "crypto/seal/age/mlkem768x25519.h"
#include "crypto/seal/age/scrypt.h"
#include "crypto/seal/age/x25519.h"

namespace sandyk::crypto::age {

using Recipient = std::variant<HybridRecipient, X25519Recipient, ScryptRecipient>;

/// The recipient that an `age1pq1…` or `age1…` names. Other types, plugins among them, are not ours.
std::optional<Recipient> parse_recipient(std::string_view text);

/// A stanza for each, in their order. Hybrid recipients are never mixed with classic ones, since the weaker
/// would open the file; a passphrase stands alone, since whoever sees one expects that only it opens. Faults:
/// all but source and sink.
[[nodiscard]] tl::expected<std::vector<Stanza>, SealFault> wrap_for(std::span<const Recipient> recipients,
                                                                    const FileKey& file_key);
[[nodiscard]] tl::expected<std::vector<Stanza>, SealFault> wrap_for(
    std::span<const HybridRecipient> recipients, const FileKey& file_key);

}  // namespace sandyk::crypto::age
