// The hybrid identity `AGE-SECRET-KEY-PQ-1…` (C2SP age.md, "The MLKEM768-X25519 (i.e. X-Wing) hybrid
// post-quantum recipient type").
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/open/age/open_fault.h"
#include "crypto/seal/age/mlkem768x25519.h"

namespace sandyk::crypto::age {

class HybridIdentity {
 public:
  static HybridIdentity generate();
  /// Nothing unless `text` is one upper-case `AGE-SECRET-KEY-PQ-1…` of the right length and checksum.
  static std::optional<HybridIdentity> parse(std::string_view text);

  SecretText text() const;
  HybridRecipient recipient() const;

  /// The file key, when one of `stanzas` is for this identity; nothing when none is. Fault: header, when a
  /// stanza of this type is malformed.
  [[nodiscard]] tl::expected<std::optional<FileKey>, OpenFault> unwrap(std::span<const Stanza> stanzas) const;

 private:
  using Seed = Secret<struct XWingSeedKind, xwing_seed_size>;
  explicit HybridIdentity(Seed seed) : seed_(std::move(seed)) {}
  Seed seed_;
};

}  // namespace sandyk::crypto::age
