// The hybrid identity `AGE-SECRET-KEY-PQ-1…`: what opens a file (C2SP age.md, "mlkem768x25519 recipient
// stanza").
#pragma once

#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/age_recipient.h"

namespace sandyk::crypto::age {

/// Why a file does not open. The order of the first four is that of reading.
enum class OpenFault {
  header,     ///< not an age file, or a malformed one
  no_match,   ///< well-formed, but no stanza opens with what was offered
  mac,        ///< a stanza opened, but the header was changed
  payload,    ///< the header is good; a chunk is bad, missing or too many
  source,     ///< reading failed
  sink,       ///< the sink said no
  too_costly  ///< scrypt asks for more memory than there is
};
std::string_view sentence(OpenFault fault);

class HybridIdentity {
 public:
  static HybridIdentity generate();
  /// Nothing unless `text` is one upper-case `AGE-SECRET-KEY-PQ-1…` of the right length and checksum.
  static std::optional<HybridIdentity> parse(std::string_view text);

  SecretText text() const;
  HybridRecipient recipient() const;

  /// The file key, when one of `stanzas` is for this identity; nothing when none is; a fault when a stanza
  /// of this type is malformed.
  [[nodiscard]] tl::expected<std::optional<FileKey>, OpenFault> unwrap(
      const std::vector<Stanza>& stanzas) const;

 private:
  using Seed = Secret<struct XWingSeedKind, xwing_seed_size>;
  explicit HybridIdentity(Seed seed) : seed_(std::move(seed)) {}
  Seed seed_;
};

}  // namespace sandyk::crypto::age
