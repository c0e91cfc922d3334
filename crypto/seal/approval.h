// Approval by two people: signatures by keys of their own over one exact text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal/json.h"
#include "crypto/seal/signature.h"

namespace sandyk::crypto {

inline constexpr std::size_t needed_approvals = 2;

struct Approval {
  VerifyKey key;
  std::string signature;  ///< the text of a minisign signature file

  /// True when `key` signed `text`, as a statement of this site with this mark.
  bool is_of(std::string_view text, std::string_view site, std::string_view mark) const;
  bool operator==(const Approval&) const = default;
};

/// True for the same Ed25519 key, whatever id it goes by.
bool is_same_key(const VerifyKey& a, const VerifyKey& b);

/// True when two different keys among `allowed` signed `text`.
bool approved_by_two(std::string_view text, std::span<const Approval> approvals,
                     std::span<const VerifyKey> allowed, std::string_view site, std::string_view mark);

/// The member `signed_by`: at most two entries, by different keys. Verifies nothing.
std::optional<std::vector<Approval>> approvals_member(const Json& object);
Json write_approvals(const std::vector<Approval>& approvals);

}  // namespace sandyk::crypto
