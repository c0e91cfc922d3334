// The hybrid recipient `age1pq1…`: whom a file is sealed to (C2SP age.md, "mlkem768x25519 recipient stanza").
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/age_header.h"

namespace sandyk::crypto::age {

/// A public X-Wing key. Anybody may seal to it; only the holder of the identity opens.
class HybridRecipient {
 public:
  explicit HybridRecipient(const std::array<std::uint8_t, xwing_public_size>& key) : key_(key) {}

  /// Nothing unless `text` is one lower-case `age1pq1…` of the right length and checksum.
  static std::optional<HybridRecipient> parse(std::string_view text);
  /// A recipient whose private half was never kept: what stands in for one who is left out.
  static HybridRecipient throw_away();

  std::string text() const;
  bool operator==(const HybridRecipient&) const = default;

  /// The stanza that carries `file_key` to this recipient; nothing when the key is not a valid point and
  /// lattice key (X-Wing refuses to encapsulate).
  std::optional<Stanza> wrap(const FileKey& file_key) const;

 private:
  std::array<std::uint8_t, xwing_public_size> key_;
};

}  // namespace sandyk::crypto::age
