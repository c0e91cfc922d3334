// A key in shares, k of n: any k give it back, fewer say nothing about it (Shamir's scheme over GF(2^8)).
// docs/formats.md, "Shares".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

namespace sandyk::desk {

/// The key that is shared: random, and used for nothing else.
using SharedKey = crypto::Secret<struct SharedKeyKind, 32>;
using ShareValue = crypto::Secret<struct ShareValueKind, 32>;
/// Which shares belong together.
using ShareSet = std::array<std::uint8_t, 16>;

inline constexpr unsigned most_shares = 20;

struct Share {
  ShareSet set;
  unsigned number;  ///< from 1 to `of`
  unsigned of, needed;
  ShareValue value;
};

enum class ShareFault {
  malformed,  ///< not a share
  damaged,    ///< its checksum does not fit: a letter was changed
  other_set,  ///< of another set than the first
  repeated,   ///< the same share twice
  too_few,
};
/// One sentence for people.
std::string_view sentence(ShareFault fault);

/// `of` shares, any `needed` of which give `key` back. 2 ≤ needed ≤ of ≤ 20: anything else is our mistake.
std::vector<Share> split(const SharedKey& key, const ShareSet& set, unsigned needed, unsigned of);
/// The key, from at least as many shares as are needed. That it is the right one, what it opens says.
[[nodiscard]] tl::expected<SharedKey, ShareFault> combine(std::span<const Share> shares);

/// The share's file.
crypto::WipedBytes write_share(const Share& share);
/// Any bytes give a share or a fault.
[[nodiscard]] tl::expected<Share, ShareFault> parse_share(crypto::ByteView file);

}  // namespace sandyk::desk
