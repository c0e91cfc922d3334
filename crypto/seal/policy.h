// The site's policy: how long the server keeps what nobody has imported, what it holds back from deletion,
// and whose log it keeps (docs/formats.md, "policy"). Signed by the root; a chain, as keyrings are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/hold.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/signature.h"

namespace sandyk::crypto {

inline constexpr std::size_t max_policy_size = 256 * 1024;
inline constexpr std::size_t max_holds = 64;
inline constexpr std::size_t max_officers = 32;
inline constexpr unsigned max_keep_days = 3650;

/// How long an epoch stays, counted from the day it was begun.
struct UnreadTerms {
  unsigned keep_days = 30;         ///< at most: 1 to 3650
  unsigned min_days = 7;           ///< at least, even when all is imported; no more than keep_days
  unsigned after_import_days = 7;  ///< after the last organisation's receipt; no more than keep_days
  bool operator==(const UnreadTerms&) const = default;
};

struct PolicyContent {
  std::string site;
  std::uint64_t serial;
  Date not_before, review_by;       ///< first day in force; the day by which to look at it again
  std::string owner;                ///< who answers for it: a role, 1 to 300 bytes
  std::string log_key;              ///< C2SP verifier key of the audit log
  std::vector<VerifyKey> officers;  ///< may approve holds, besides the desk keys of the keyrings
  UnreadTerms unread;
  std::vector<Hold> holds;         ///< each with two approvals, which `Policy::verify` does not verify
  std::optional<Digest> previous;  ///< SHA-256 of the policy with the serial before, if there was one
};

enum class PolicyFault {
  malformed_signature,
  other_key,
  wrong_signature,
  other_kind,
  other_site,
  too_large,
  malformed,  ///< signed, but not a policy this program can read
  wrong_serial,
  wrong_dates,
  wrong_terms,  ///< days that contradict each other
};

/// A policy whose signature by the root was verified; only `verify` makes one.
class Policy {
 public:
  /// Verifies the signature over the exact bytes, then reads them. Does not compare with today, and does not
  /// know who may approve a hold: see `approved_by_two`.
  [[nodiscard]] static tl::expected<Policy, PolicyFault> verify(ByteView json,
                                                                std::string_view signature_file,
                                                                const VerifyKey& root);

  const PolicyContent& content() const { return content_; }
  /// The signed bytes and the signature file, to pass on unchanged.
  const std::string& json() const { return json_; }
  const std::string& signature() const { return signature_; }
  Digest hash() const;

 private:
  Policy(PolicyContent content, std::string json, std::string signature)
      : content_(std::move(content)), json_(std::move(json)), signature_(std::move(signature)) {}

  PolicyContent content_;
  std::string json_, signature_;
};

/// Reads a policy without regard to who signed it, its dates and its terms: for the one who signs, and for
/// fuzzing.
std::optional<PolicyContent> parse_policy(ByteView json);

/// The bytes to sign.
std::string write_policy(const PolicyContent& content);

/// True for text of the form of a C2SP verifier key of type Ed25519: `<name>+<8 hex>+<base64 of 33 bytes>`.
bool is_log_key(std::string_view text);

/// One sentence for people.
std::string_view sentence(PolicyFault fault);

}  // namespace sandyk::crypto
