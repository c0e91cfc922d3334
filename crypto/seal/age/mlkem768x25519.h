// The hybrid recipient `age1pq1…` (C2SP age.md, "The MLKEM768-X25519 (i.e. X-Wing) hybrid post-quantum
// recipient type").
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/age/header.h"
#include "crypto/seal/age/seal_fault.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

inline constexpr std::size_t xwing_stack = 64 * 1024;  // libsodium's goes down to 23 KiB

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

  /// The stanza that carries `file_key` to this recipient. Fault: bad_recipient, when the key is not a valid
  /// point and lattice key (X-Wing refuses to encapsulate).
  [[nodiscard]] tl::expected<Stanza, SealFault> wrap(const FileKey& file_key) const;

 private:
  std::array<std::uint8_t, xwing_public_size> key_;
};

}  // namespace sandyk::crypto::age
